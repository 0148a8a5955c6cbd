// The component's program in supervisord.
// SPDX-License-Identifier: Apache-2.0
#include "placement/program.h"

#include <fmt/format.h>

#include "io/file.h"
#include "placement/component_files.h"

namespace dm::placement {

using input::component_data;
using input::settings;

namespace {
constexpr std::size_t program_file_limit_bytes = 1 << 20;
constexpr std::string_view autostart_key = "\nautostart=";
}  // namespace

result<void> check_node(const settings& settings, const component_data& data,
                        std::string_view verb) {
  if (data.node == settings.node) return {};
  return fail(
      status_code::failed_precondition,
      fmt::format("{} of {} was asked for on node {}, but the component was created on node {}",
                  verb, data.name.text(), settings.node,
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
  if (auto written = write_program_file(data.program_file, *text); !written)
    return fail(std::move(written.error()));
  return true;
}

}  // namespace dm::placement
