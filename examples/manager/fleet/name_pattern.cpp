// Patterns of names.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/name_pattern.h"

#include <algorithm>

namespace manager {

bool is_name_pattern(std::string_view text) {
  return !text.empty() && text.size() <= 200 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool fits_pattern(std::string_view name, std::string_view pattern) {
  std::size_t at = 0;
  std::size_t in_pattern = 0;
  std::size_t star = std::string_view::npos;  // the last one, and what it stood for until now
  std::size_t behind_star = 0;
  while (at < name.size()) {
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      behind_star = at;
    } else if (in_pattern < pattern.size() &&
               (pattern[in_pattern] == '?' || pattern[in_pattern] == name[at])) {
      ++in_pattern;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++behind_star;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

bool fits_queue_pattern(std::string_view queue, std::string_view pattern) {
  if (fits_pattern(queue, pattern)) return true;
  const auto last_part = [](std::string_view path) { return path.substr(path.rfind('.') + 1); };
  const bool of_path = pattern.find('.') != std::string_view::npos;
  if (!of_path) return fits_pattern(last_part(queue), pattern);
  const bool one_queue = pattern.find_first_of("*?") == std::string_view::npos;
  return one_queue && queue == last_part(pattern);
}

}  // namespace manager
