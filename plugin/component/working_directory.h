// Names in a component's working directory that are not the package's to use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace dm::component {

inline constexpr std::string_view guard_lock_name = "guard.lock";    // flink-guard's own
inline constexpr std::string_view client_lock_name = "client.lock";  // its client's

// A file of a package with such a name at its top would stand where flink-guard opens its own.
inline bool is_reserved_name(std::string_view name) {
  constexpr std::array reserved = {guard_lock_name, client_lock_name};
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

}  // namespace dm::component
