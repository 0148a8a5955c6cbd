// What came of many requests.
// SPDX-License-Identifier: Apache-2.0
#include "load_tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dm::bench {
namespace {

double quantile(std::vector<float> times, double part) {
  if (times.empty()) return 0;
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(times.size())));
  const auto at = times.begin() + static_cast<std::ptrdiff_t>(rank == 0 ? 0 : rank - 1);
  std::nth_element(times.begin(), at, times.end());
  return static_cast<double>(*at);
}

}  // namespace

void load_tally::add(const std::string& kind, int status, duration took) {
  entry& one = kinds_[kind];
  ++one.codes[status];
  // One that got no answer took no time to be answered.
  if (status == 0) return;
  one.times_ms.push_back(std::chrono::duration<float, std::milli>(took).count());
}

void load_tally::merge(const load_tally& other) {
  for (const auto& [kind, more] : other.kinds_) {
    entry& one = kinds_[kind];
    one.times_ms.insert(one.times_ms.end(), more.times_ms.begin(), more.times_ms.end());
    for (const auto& [code, count] : more.codes) one.codes[code] += count;
  }
  for (const auto& [what, count] : other.notes_) notes_[what] += count;
}

std::size_t load_tally::count(const std::string& kind) const {
  const auto found = kinds_.find(kind);
  if (found == kinds_.end()) return 0;
  std::size_t all = 0;
  for (const auto& [code, count] : found->second.codes) all += count;
  return all;
}

std::size_t load_tally::answered(int status) const {
  std::size_t all = 0;
  for (const auto& [kind, one] : kinds_) {
    const auto found = one.codes.find(status);
    if (found != one.codes.end()) all += found->second;
  }
  return all;
}

double load_tally::quantile_ms(const std::string& kind, double part) const {
  const auto found = kinds_.find(kind);
  return found == kinds_.end() ? 0 : quantile(found->second.times_ms, part);
}

void load_tally::print() const {
  fmt::print("  {:<44} {:>9} {:>9} {:>9} {:>9}  {}\n", "", "requests", "p50 ms", "p99 ms", "max ms",
             "answers");
  for (const auto& [kind, one] : kinds_) {
    std::string codes;
    for (const auto& [code, count] : one.codes) {
      codes += code == 0 ? fmt::format("none: {}  ", count) : fmt::format("{}: {}  ", code, count);
    }
    fmt::print("  {:<44} {:>9} {:>9.1f} {:>9.1f} {:>9.1f}  {}\n", kind, count(kind),
               quantile_ms(kind, 0.5), quantile_ms(kind, 0.99), quantile_ms(kind, 1), codes);
  }
  for (const auto& [what, count] : notes_) fmt::print("  {}: {}\n", what, count);
}

}  // namespace dm::bench
