// The names of the files in a component's log.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "io/error.h"

namespace dm::component {

// "17.json", "17-app.json", "17-checkpoints.json", "17-end.json".
enum class log_file_kind { record, application, checkpoints, end };
inline constexpr std::array<std::string_view, 4> log_file_suffixes{
    ".json", "-app.json", "-checkpoints.json", "-end.json"};

struct log_file {
  std::uint64_t number = 0;
  log_file_kind kind = log_file_kind::record;
  auto operator<=>(const log_file&) const = default;
};

inline std::string name_of(const log_file& file) {
  return std::to_string(file.number)
      .append(log_file_suffixes.at(static_cast<std::size_t>(file.kind)));
}

// nullopt: another file.
inline std::optional<log_file> parse_log_file(std::string_view name) {
  log_file parsed;
  const char* end = name.data() + name.size();
  const auto [stop, code] = std::from_chars(name.data(), end, parsed.number);
  if (code != std::errc() || parsed.number == 0) return std::nullopt;
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  for (std::size_t i = 0; i < log_file_suffixes.size(); ++i) {
    if (rest != log_file_suffixes.at(i)) continue;
    parsed.kind = static_cast<log_file_kind>(i);
    return parsed;
  }
  return std::nullopt;
}

}  // namespace dm::component
