// The Flink configuration that a component is submitted with.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/component_name.h"
#include "input/settings.h"
#include "package/descriptor.h"

namespace dm::package {

// Of several entries of one key the last one counts.
using key_values = std::vector<std::pair<std::string, std::string>>;

inline constexpr std::string_view archive_directory_key = "jobmanager.archive.fs.dir";

// nullptr: there is none.
const std::string* find_value(const key_values& entries, std::string_view key);
void set_value(key_values& entries, std::string_view key, const std::string& value);

// The node's defaults, then what this project sets, then the component's own.
key_values configuration_of(const input::settings& settings, const component::component_name& name,
                            const descriptor& descriptor);

}  // namespace dm::package
