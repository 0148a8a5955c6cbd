// Graphite's plaintext protocol.
// SPDX-License-Identifier: Apache-2.0
#include "health/graphite.h"

#include <fmt/format.h>

namespace dm::health {

std::string graphite_lines(const report& all) {
  const std::int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(all.at).time_since_epoch().count();
  std::string lines;
  for (const finding& one : all.findings) {
    for (const figure& each : one.figures) {
      if (const auto* number = std::get_if<std::int64_t>(&each.value)) {
        lines += fmt::format("{} {} {}\n", each.metric, *number, seconds);
      } else if (const auto* truth = std::get_if<bool>(&each.value)) {
        lines += fmt::format("{} {} {}\n", each.metric, *truth ? 1 : 0, seconds);
      }
    }
  }
  return lines + fmt::format("{} {} {}\n", all.metric, static_cast<int>(all.severity()), seconds);
}

}  // namespace dm::health
