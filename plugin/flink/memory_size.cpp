// A memory size as Flink writes and reads it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/memory_size.h"

#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "io/ascii_case.h"
#include "io/trimmed.h"

namespace dm::flink {

namespace {

constexpr std::string_view blanks = " \t";

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

std::optional<int> shift_of(std::string_view name) {
  const std::string lower = io::lower_ascii(name);
  for (const unit& one : units) {
    if (one.name == lower) return one.shift;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> parse_memory_size(std::string_view text, without_unit plain) {
  text = io::trimmed(text, blanks);
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || text.front() == '-') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  const std::string_view name = io::trimmed(text, blanks);
  const auto shift = !name.empty()                      ? shift_of(name)
                     : plain == without_unit::megabytes ? std::optional(20)
                                                        : std::optional(0);
  if (!shift || number > std::numeric_limits<std::int64_t>::max() >> *shift) return std::nullopt;
  return number << *shift;
}

bool is_memory_unit(std::string_view name) { return shift_of(name).has_value(); }

}  // namespace dm::flink
