// Whether Flink's history server forgets a job whose archive is deleted.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "flink/configuration_file.h"
#include "housekeeping/finders.h"
#include "io/file.h"

namespace dm::housekeeping {

namespace {

constexpr std::string_view forgets_key = "historyserver.archive.clean-expired-jobs";
constexpr std::size_t largest_file = std::size_t{1} << 20;

}  // namespace

void find_history_server(scene& s, const io::operation&, inventory& found) {
  if (!found.wants(kind::history_server) || s.settings().history_server.empty()) return;
  std::string directory = s.settings().flink_home + "/conf";
  for (const auto& [name, value] : s.settings().flink_environment) {
    if (name == "FLINK_CONF_DIR") directory = value;
  }
  for (const bool yaml : {true, false}) {
    const std::string path = directory + (yaml ? "/config.yaml" : "/flink-conf.yaml");
    const auto text = io::read_file(path, largest_file);
    if (!text) {
      if (text.error().code != status_code::not_found)
        found.withhold(kind::history_server, text.error().message);
      continue;
    }
    const flink::configuration_file file =
        yaml ? flink::read_yaml_configuration(*text) : flink::read_flat_configuration(*text);
    std::string value;
    for (const flink::configured_key& one : file.keys) {
      if (one.key == forgets_key) value = one.value;
    }
    if (value == "true") continue;
    entry told;
    told.kind = kind::history_server;
    told.key = path;
    told.path = path;
    told.what = fmt::format("{} is {} on this node", forgets_key,
                            value.empty() ? "not set" : "\"" + value + "\"");
    told.why = fmt::format(
        "a history server that is started with this file goes on to show jobs whose archive is "
        "deleted, until it is restarted: set {}: true for the one at {} and restart it. One that "
        "has another configuration is not told by this",
        forgets_key, s.settings().history_server);
    found.add(std::move(told));
  }
}

}  // namespace dm::housekeeping
