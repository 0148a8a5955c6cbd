// What becomes of operations that are disturbed, as a table: step and outcome.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace manager_test {

enum class ending { as_before, carried_out, back };

/// Counts how often each kind of step ended how, and shows it as a table in Markdown.
class ending_table {
 public:
  void count(const std::string& scene, const std::string& step, ending how);
  std::string text(const std::string& what_happens) const;

 private:
  std::vector<std::pair<std::string, std::string>> order_;
  std::map<std::pair<std::string, std::string>, std::array<int, 3>> rows_;
};

/// "flush /…/data/registry.sqlite-wal" -> "registry".
std::string kind_of_step(const std::string& step);

}  // namespace manager_test
