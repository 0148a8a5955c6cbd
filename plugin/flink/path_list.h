// A list of paths as Flink's options have it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace dm::flink {

// The parts of "a;b", without empty ones. They point into `list`.
inline std::vector<std::string_view> split_paths(std::string_view list) {
  std::vector<std::string_view> paths;
  while (!list.empty()) {
    const auto end = std::min(list.find(';'), list.size());
    if (end > 0) paths.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return paths;
}

}  // namespace dm::flink
