// What a component's JVMs are started with by its profile, so that a start costs less.
// Everything is put before what the administrator or the user has said, who therefore win.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flink/installation.h"
#include "input/settings.h"
#include "package/descriptor.h"
#include "package/flink_configuration.h"
#include "package/warning.h"

namespace dm::package {

// Seconds between two of the JobManager's questions to YARN: the first TaskManager waits for one.
inline constexpr std::string_view yarn_heartbeat_key = "yarn.heartbeat.interval";
inline constexpr std::string_view client_flags_variable = "JVM_ARGS";

// What Flink's configuration gets before a command is made of it: `configuration` is what will
// stand in the command, changed in place. Keys that the command's options or the installation's
// own file set (descriptor.installed_configuration) are left alone, or kept behind ours.
void add_start_profile(const descriptor& descriptor, const flink::version& installed,
                       const input::settings& settings, key_values& configuration);

// JVM_ARGS of the flink client, from those that its environment has already (nullptr: none).
// Empty: an attached client, which stays, and has none.
std::string client_flags(const descriptor& descriptor, const input::settings& settings,
                         const std::string* given);

// Where the profile could not do all of it, and why.
std::vector<warning> check_start_profile(const descriptor& descriptor,
                                         const flink::version& installed,
                                         const input::settings& settings);

// "profile small: JobManager -XX:…, TaskManager -XX:…, client -XX:…", for people.
std::string described_profile(const descriptor& descriptor, const input::settings& settings);

}  // namespace dm::package
