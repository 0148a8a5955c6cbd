// Where a component lies on this node.
// SPDX-License-Identifier: Apache-2.0
#include "package/component_layout.h"

#include <climits>

#include <fmt/format.h>

namespace dm::package {

using input::settings;

component_layout layout_of(const settings& settings, const component::component_name& name) {
  component_layout layout;
  layout.directory = component::local_directory(settings.install_root, name);
  layout.package = layout.directory + "/package";
  layout.classpath = layout.directory + "/classpath";
  layout.conf = layout.directory + "/conf";
  layout.work = layout.directory + "/work";
  layout.logs = layout.directory + "/logs";
  layout.guard_file = layout.directory + "/guard.json";
  layout.slots = fmt::format("{}/{}/.slots", settings.install_root, name.name_space);
  // The longest names together are longer than a file's name may be; the id is as unique.
  std::string program_file = component::program_name(name) + ".conf";
  if (program_file.size() > NAME_MAX) {
    program_file = fmt::format("flink.{}.conf", component::component_id(name));
  }
  layout.program_file = settings.supervisor_config_dir + "/" + program_file;
  return layout;
}

}  // namespace dm::package
