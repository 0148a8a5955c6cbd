// The keys by which Flink's client is told that its libraries lie on HDFS already. Source: Flink
// 1.13 … 2.3, YarnConfigOptions.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace dm::flink {

inline constexpr std::string_view provided_directories_key = "yarn.provided.lib.dirs";

// Whoever sets one has said where the libraries are.
inline bool is_library_key(std::string_view key) {
  return key == provided_directories_key || key == "yarn.flink-dist-jar";
}

// Whether a command line sets one: "-D", "-yD" or "-D<key>=…", in the form of whichever version.
inline bool names_libraries(const std::vector<std::string>& command) {
  return std::any_of(command.begin(), command.end(), [](std::string_view word) {
    for (const std::string_view option : {"-D", "-yD"}) {
      if (word.starts_with(option)) word.remove_prefix(option.size());
    }
    const std::size_t equals = word.find('=');
    return equals != std::string_view::npos && is_library_key(word.substr(0, equals));
  });
}

}  // namespace dm::flink
