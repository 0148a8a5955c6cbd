// What becomes of operations that are disturbed, as a table.
// SPDX-License-Identifier: Apache-2.0
#include "support/ending_table.h"

#include <fmt/format.h>

namespace manager_test {

void ending_table::count(const std::string& scene, const std::string& step, ending how) {
  const std::pair key(scene, step);
  if (!rows_.contains(key)) order_.push_back(key);
  ++rows_[key].at(static_cast<std::size_t>(how));
}

std::string ending_table::text(const std::string& what_happens) const {
  std::string table = fmt::format(
      "| operation | {} | times | as before | carried out | rolled back "
      "|\n|---|---|--:|--:|--:|--:|\n",
      what_happens);
  for (const auto& key : order_) {
    const auto& counts = rows_.at(key);
    table += fmt::format("| {} | {} | {} | {} | {} | {} |\n", key.first, key.second,
                         counts[0] + counts[1] + counts[2], counts[0], counts[1], counts[2]);
  }
  return table;
}

std::string kind_of_step(const std::string& step) {
  constexpr std::array<std::pair<const char*, const char*>, 6> kinds = {{
      {"/data/registry.sqlite", "registry"},
      {"/data/packages", "deployed archive"},
      {"/data/operations", "operation's archive"},
      {"/data/stage", "staging"},
      {"/data/repository", "repository"},
      {"/script/calls", "plugin call"},
  }};
  for (const auto& [part, kind] : kinds) {
    if (step.find(part) != std::string::npos) return kind;
  }
  return "other";
}

}  // namespace manager_test
