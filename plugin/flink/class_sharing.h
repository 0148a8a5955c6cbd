// Class data sharing: the flags by which Flink's JVMs take class data, and how they say whether
// they did. A JVM that cannot use it starts all the same, and says nothing by itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "flink/configuration_map.h"
#include "flink/installation.h"

namespace dm::flink {

// The class data's name in a container.
inline constexpr std::string_view class_data_name = "flink-classes.jsa";

// Adds the flags before those of the JobManager's and the TaskManagers' JVMs. What it returns is
// why it did not, since somebody says already what JVMs share; empty: it did.
std::string share_classes(const version& version, configuration_map& configuration);

// What a JVM says of itself by -version or -showversion: "<name> VM <maker> (build <build>,
// <java.vm.info>)".
struct jvm_version {
  std::string build;    // "17.0.15+6-Debian-1deb12u1"
  bool shares = false;  // java.vm.info has the word sharing: it uses class data
};
// nullopt: no such line.
std::optional<jvm_version> read_jvm_version(std::string_view output);

}  // namespace dm::flink
