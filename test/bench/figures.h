// What a benchmark prints: one figure a line, name, value and unit with tabs between them, so that
// compare.sh can put two runs side by side.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace dm::bench {

inline void print_figure(std::string_view name, double value, std::string_view unit) {
  fmt::print("{}\t{:.{}f}\t{}\n", name, value, unit.empty() ? 0 : 3, unit);
  std::fflush(stdout);
}

// No values: none.
inline double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace dm::bench
