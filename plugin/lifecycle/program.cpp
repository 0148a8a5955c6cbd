// The component's program in supervisord.
// SPDX-License-Identifier: Apache-2.0
#include "lifecycle/program.h"

#include <fmt/format.h>

#include "io/file.h"

namespace dm::lifecycle {

namespace {
constexpr std::size_t program_file_limit_bytes = 1 << 20;
constexpr std::string_view autostart_key = "\nautostart=";
}  // namespace

result<void> check_node(const session& session, const component_data& data, std::string_view verb) {
  if (data.node == session.settings().node) return {};
  return fail(
      status_code::failed_precondition,
      fmt::format("{} of {} was asked for on node {}, but the component was created on node {}",
                  verb, data.name.text(), session.settings().node,
                  data.node.empty() ? "(unknown)" : data.node),
      fmt::format("ask the Deployment Manager on {}", data.node));
}

result<bool> set_autostart(const component_data& data, bool autostart) {
  auto text = io::read_file(data.program_file, program_file_limit_bytes);
  if (!text) {
    if (text.error().code != status_code::not_found) return fail(text.error());
    return fail(status_code::failed_precondition,
                fmt::format("supervisord's program file {} of {} is gone", data.program_file,
                            data.name.text()),
                "destroy the application and create it again; its log and savepoints on HDFS stay");
  }
  const std::size_t key = text->find(autostart_key);
  if (key == std::string::npos) {
    return fail(status_code::failed_precondition,
                fmt::format("supervisord's program file {} has no autostart=", data.program_file),
                "it was edited by hand; destroy the application and create it again");
  }
  const std::size_t value = key + autostart_key.size();
  const std::size_t end = text->find('\n', value);
  const std::string_view wanted = autostart ? "true" : "false";
  if (text->compare(value, end - value, wanted) == 0) return false;
  text->replace(value, end - value, wanted);
  const std::size_t slash = data.program_file.rfind('/');
  auto directory = io::open_directory(data.program_file.substr(0, slash));
  if (!directory) return fail(directory.error());
  auto written =
      io::write_file(directory->get(), data.program_file.substr(slash + 1), *text, 0644, {});
  if (!written) return fail(written.error());
  return true;
}

void remove_staging(session& session, const io::operation& op, const component_data& data,
                    const component::log_snapshot& log) {
  cluster::hdfs hdfs = session.hdfs_for(data.user);
  for (const auto& [epoch, fact] : log.applications) {
    if (!cluster::is_application_id(fact.application_id))
      continue;  // what else it may be is nobody's staging
    const std::string path = fmt::format("/user/{}/.flink/{}", data.user, fact.application_id);
    if (auto removed = hdfs.remove(op, path, true); !removed) {
      op.log(io::log_level::warning,
             fmt::format("{} could not be removed: {}", path, removed.error().message));
    }
  }
}

}  // namespace dm::lifecycle
