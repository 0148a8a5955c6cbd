// The component's program in supervisord: what comes before any change to it.
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
constexpr std::string_view not_started_line = "\nautostart=false\n";
constexpr std::string_view started_line = "\nautostart=true\n";
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

result<void> check_program_file(const component_data& data) {
  auto text = io::read_file(data.program_file, program_file_limit_bytes);
  if (!text) {
    if (text.error().code != status_code::not_found) return fail(text.error());
    return fail(status_code::failed_precondition,
                fmt::format("supervisord's program file {} of {} is gone", data.program_file,
                            data.name.text()),
                "destroy the application and create it again; its log and savepoints on HDFS stay");
  }
  const std::size_t line = text->find(not_started_line);
  if (line == std::string::npos) return {};
  text->replace(line, not_started_line.size(), started_line);
  return write_program_file(data.program_file, *text);
}

}  // namespace dm::placement
