// Flink's keys with their values, each key once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace dm::flink {

using configuration_map = std::map<std::string, std::string, std::less<>>;

// nullptr: it is not set.
inline const std::string* find_key(const configuration_map& configuration, std::string_view key) {
  const auto found = configuration.find(key);
  return found == configuration.end() ? nullptr : &found->second;
}

}  // namespace dm::flink
