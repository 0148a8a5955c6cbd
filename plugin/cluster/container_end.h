// How a container ended, as its NodeManager tells it: nobody else knows once an application has
// ended before its ApplicationMaster was told. Source: YARN NodeManager REST
// /ws/v1/node/containers/<container>, which forgets a container within a second of its
// application's end, and its metrics, /jmx, which show the code some four seconds after the end
// and forget it ten seconds after it (yarn.nodemanager.container-metrics.unregister-delay-ms);
// both by Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cluster/node_manager.h"

namespace dm::cluster {

struct container_end {
  std::optional<int> exit_code;  // Hadoop's ContainerExitStatus below 0; nullopt: not told (yet)
  std::int64_t used_mb = -1;     // the most physical memory that was measured; -1: not told
  std::int64_t limit_mb = -1;    // what it had asked for
  std::string diagnostics;       // YARN's words, at most 16 KiB; of the first source alone
  bool ending = false;           // no code yet, but it is about to be told
};

// container: with its node.
io::http_request container_state_request(const container_place& container, const std::string& user);
io::http_request container_metrics_request(const container_place& container,
                                           const std::string& user);

// UNAVAILABLE: the NodeManager does not tell: it has forgotten the container, or is none.
result<container_end> read_container_state(const io::http_response& response);
result<container_end> read_container_metrics(const io::http_response& response);

}  // namespace dm::cluster
