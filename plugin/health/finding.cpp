// The causes of all findings together.
// SPDX-License-Identifier: Apache-2.0
#include "health/finding.h"

#include <fmt/format.h>

namespace dm::health {

namespace {

// Together with the rest of a message these must fit into what the data logger takes at once.
constexpr std::size_t most_causes = 50;
constexpr std::size_t most_bytes = 16'000;

}  // namespace

std::vector<std::string> report::causes() const {
  std::vector<std::string> list;
  std::size_t bytes = 0;
  std::size_t left_out = 0;
  for (const level severity : {level::error, level::warn}) {
    for (const finding& one : findings) {
      for (const cause& why : one.causes) {
        if (why.severity != severity) continue;
        if (list.size() == most_causes || bytes + why.text.size() > most_bytes) {
          ++left_out;
          continue;
        }
        bytes += why.text.size();
        list.push_back(why.text);
      }
    }
  }
  if (left_out > 0) list.push_back(fmt::format("and {} more", left_out));
  return list;
}

}  // namespace dm::health
