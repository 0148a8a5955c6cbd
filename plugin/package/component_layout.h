// Where a component lies on this node.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/component_name.h"
#include "input/settings.h"

namespace dm::package {

// Absolute paths.
struct component_layout {
  std::string directory;     // <install_root>/<namespace>/<application>/<component>
  std::string package;       // the package's files, byte for byte (INV-6)
  std::string classpath;     // application.properties alone
  std::string conf;          // FLINK_CONF_DIR of the client: links and its own logging
  std::string work;          // the client's working directory; the run-as user's
  std::string logs;          // the run-as user's
  std::string guard_file;    // guard.json
  std::string slots;         // <install_root>/<namespace>/.slots: the dot is in no component's name
  std::string program_file;  // <supervisor_config_dir>/<program>.conf; flink.<id>.conf where that
                             // is too long
};
component_layout layout_of(const input::settings& settings, const component::component_name& name);

}  // namespace dm::package
