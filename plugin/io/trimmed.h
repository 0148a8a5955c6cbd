// A text without the blanks around it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::io {

inline constexpr std::string_view text_blanks = " \t\r\n";
inline constexpr std::string_view line_blanks = " \t\r";  // within a line

// A part of `text`, which must outlive it.
constexpr std::string_view trimmed(std::string_view text, std::string_view blanks = text_blanks) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace dm::io
