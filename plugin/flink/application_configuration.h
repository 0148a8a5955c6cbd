// The configuration file that an application's containers read: the node's own keys, the
// component's, and those that Flink's client would add.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "flink/application_command.h"
#include "flink/installed_configuration.h"

namespace dm::flink {

// "config.yaml" from 1.19 on, "flink-conf.yaml" before.
std::string_view application_configuration_name(const version& version);

// Of the node's file (installed) with the command's keys over it. Keys of one setting under an old
// and a new name stay side by side, as the client leaves them.
configuration_map merged_configuration(const std::vector<configured_key>& installed,
                                       const application_command& command);

// What the client adds to say what runs; the jar's name is that of its file in the container.
struct application_program {
  std::string main_class;
  std::string jar_name;
  std::vector<std::string> arguments;
  std::string application_id;
};

// The file's text. INVALID_ARGUMENT where the version's file cannot carry a value: up to 1.18 no
// '#', no line end, and ASCII alone in arguments, since the node's locale decides how it is read.
result<std::string> render_application_configuration(const version& version,
                                                     const configuration_map& configuration,
                                                     const application_program& program);

// Why an argument cannot be carried; empty: it can.
std::string direct_argument_reason(const version& version, std::string_view argument);

}  // namespace dm::flink
