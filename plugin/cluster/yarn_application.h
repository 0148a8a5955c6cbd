// A YARN application as the ResourceManager's REST API shows it, and how its answers are asked for
// and read. Source: YARN ResourceManager REST, /ws/v1/cluster/apps; seen on Hadoop 3.3.6.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/http.h"

namespace dm::cluster {

struct yarn_application {
  std::string id;
  std::string name;
  std::string user;
  std::string queue;
  std::string state;         // NEW NEW_SAVING SUBMITTED ACCEPTED RUNNING FINISHED FAILED KILLED
  std::string final_status;  // UNDEFINED SUCCEEDED FAILED KILLED
  std::string diagnostics;
  std::string tracking_url;  // the ResourceManager's proxy; may be empty
  // host:port of the JobManager's REST (Flink >= 1.5); empty while unknown (D-33).
  std::string am_rpc_address;
  // Page of the NodeManager with the JobManager's logs; may be empty.
  std::string am_container_logs;
  std::vector<std::string> tags;  // lower case, as YARN stores them
  std::int64_t started_ms = 0;
  std::int64_t finished_ms = 0;  // 0 while it runs
  std::int64_t elapsed_ms = 0;   // since its start, by the ResourceManager's own clock
  std::int64_t running_containers = 0;
  std::int64_t allocated_mb = 0;
  // An access list hides all but names, states and tags from whoever asked: no time, address or
  // container is shown, and none follows from that. (Every application has a start.)
  bool restricted_view = false;

  bool terminal() const { return state == "FINISHED" || state == "FAILED" || state == "KILLED"; }
  bool has_tag(std::string_view lower_case_tag) const;
};

// "application_<digits>_<digits>": what may stand in a path.
bool is_application_id(std::string_view text);

// GET /ws/v1/cluster/apps by tag at one ResourceManager ("http://host:port"), as a user (empty:
// anonymous, who may see less).
io::http_request applications_request(const std::string& address, const std::string& tag,
                                      const std::string& user = {});
// The same for all applications of one user, asked by that user.
io::http_request user_applications_request(const std::string& address, const std::string& user);
// Reads its answer with a SAX parser: a ResourceManager can send 10 MB. Accepts {"apps":null} and
// {"apps":{}}. UNAVAILABLE when it is not the answer of an active ResourceManager; so is one with
// numbers that cannot be.
result<std::vector<yarn_application>> read_applications(const io::http_response& response,
                                                        const std::string& address);
// The answer to GET /ws/v1/cluster/apps/<id>, {"app":{...}}. NOT_FOUND when an active
// ResourceManager says that it does not know it.
result<yarn_application> read_application(const io::http_response& response,
                                          const std::string& address,
                                          const std::string& application_id);

}  // namespace dm::cluster
