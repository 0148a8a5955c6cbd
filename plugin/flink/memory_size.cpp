// A memory size as Flink writes and reads it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/memory_size.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "io/trimmed.h"

namespace dm::flink {

namespace {

struct unit {
  std::string_view name;
  int shift;
};

constexpr std::array<unit, 14> units = {{{"b", 0},
                                         {"bytes", 0},
                                         {"k", 10},
                                         {"kb", 10},
                                         {"kibibytes", 10},
                                         {"m", 20},
                                         {"mb", 20},
                                         {"mebibytes", 20},
                                         {"g", 30},
                                         {"gb", 30},
                                         {"gibibytes", 30},
                                         {"t", 40},
                                         {"tb", 40},
                                         {"tebibytes", 40}}};

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

std::optional<std::int64_t> parse_memory_size(std::string_view text) {
  text = io::trimmed(text, io::line_blanks);
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const std::string name = lower_case(io::trimmed(text, io::line_blanks));
  if (name.empty()) return number;
  const auto* const found =
      std::find_if(units.begin(), units.end(), [&](const unit& one) { return one.name == name; });
  if (found == units.end()) return std::nullopt;
  if (number > std::numeric_limits<std::int64_t>::max() >> found->shift) return std::nullopt;
  return number << found->shift;
}

}  // namespace dm::flink
