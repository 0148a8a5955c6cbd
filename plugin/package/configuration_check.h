// Whether the configuration that the flink client reads on this node leaves a component in this
// plugin's hands.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "flink/installation.h"
#include "input/settings.h"
#include "package/descriptor.h"

namespace dm::package {

// Where the client reads its configuration: what FLINK_CONF_DIR names in the component's or the
// node's environment, else the installation's own.
struct configuration_directory {
  std::string path;
  bool own = false;  // the component names it
};
configuration_directory configuration_directory_of(const input::settings& settings,
                                                   const descriptor& descriptor);

// Reads the file in FLINK_CONF_DIR (component_flink_environment's, else the setting's), else in
// <flink_home>/conf. What a component's own directory holds is a problem of the descriptor. The
// error is the node's: FAILED_PRECONDITION, keys that may not stand there; UNAVAILABLE, the file
// cannot be read.
std::optional<error> check_installed_configuration(const input::settings& settings,
                                                   const flink::version& installed,
                                                   descriptor_reading& reading);

}  // namespace dm::package
