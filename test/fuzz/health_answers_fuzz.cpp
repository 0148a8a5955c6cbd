// What flink-health reads from others: a history server's answers, a NameNode's bean, a Deployment
// Manager's figures, a configuration file; and that what it shows of them does not command a
// terminal.
// SPDX-License-Identifier: Apache-2.0
#include "cluster/name_node_state.h"
#include "flink/archived_jobs.h"
#include "fuzz.h"
#include "health/component_figures.h"
#include "health/settings_check.h"
#include "health/settings_file.h"
#include "health/shown_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace dm;
  io::http_response response;
  response.content_type = "application/json";
  response.body = fuzz::text_of(data, size);
  for (const long status : {200L, 404L, 503L}) {
    response.status = status;
    const auto jobs = flink::read_archived_jobs(response, "http://h:8082");
    fuzz::require(!jobs || jobs->count >= jobs->finished + jobs->failed + jobs->canceled,
                  "more jobs have a state than there are");
    static_cast<void>(flink::read_history_server_config(response, "http://h:8082"));
    static_cast<void>(cluster::read_name_node_state(response, "http://nn:9870"));
  }
  if (const auto seen = health::read_components(response.body)) {
    health::finding found;
    health::judge_components(*seen, {}, found);
    for (const health::cause& why : found.causes)
      fuzz::require(why.text.find_first_of("\x1b\n\r\x07") == std::string::npos,
                    "a name writes to the terminal");
  }
  problem_list problems;
  static_cast<void>(
      health::check_settings(health::read_settings(response.body, "health.json", problems)));
  fuzz::require(health::shown(response.body, 100).size() <= 400, "what is shown has no end");
  return 0;
}
