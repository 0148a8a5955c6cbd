// What create returns and every later verb gets back: all that is needed, also in another process
// (DM-24).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "component/component_name.h"
#include "component/guard_spec.h"
#include "io/json.h"
#include "oozie/schedule.h"

namespace dm::input {

// Which completed savepoints of the ledger are deleted after a newer one has completed. 0: no
// limit. Never deleted: pinned ones, discovered ones, what is in use, the last good one.
struct retention_rule {
  std::int64_t count = 0;       // keep so many
  std::int64_t age_ms = 0;      // keep those that are younger
  std::int64_t size_bytes = 0;  // keep the newest that together are no larger
};

struct component_data {
  component::component_name name;
  std::string id;            // component_id(name)
  std::string node;          // where it was created; empty in a record of the original plugin
  std::string user;          // run-as user
  std::string directory;     // local directory of the component
  std::string program;       // supervisord's program
  std::string program_file;  // absolute path
  std::string job_name;
  std::string digest;  // of package and properties: create's idempotence
  std::string state_root;
  std::string flink_version;
  component::job_type job_type = component::job_type::streaming;
  flink::submission_mode submission = flink::submission_mode::per_job;
  std::string submission_reason;  // why it is not direct where "auto" was asked for; else empty
  // Absent in data of an earlier version: optional for streaming, none for batch; no limits.
  component::state_policy state = component::state_policy::optional;
  retention_rule retention;
  // Oozie begins its runs; absent in data of an earlier version, and of all other components.
  std::optional<oozie::schedule> schedule;
};

void write(io::json_writer& writer, const component_data& data);
// Reads `data` of a request, and checks it against the names in the request. INVALID_ARGUMENT lists
// all problems. A record of the original plugin (it has "ssh", "start_cmds", "stop_cmds") is
// rebuilt from component_job_name and application_hdfs_root as far as it goes.
result<component_data> read_component_data(const io::json_value& data,
                                           const component::component_name& name);

}  // namespace dm::input
