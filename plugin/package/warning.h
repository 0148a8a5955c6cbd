// What is allowed, but probably not meant.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "io/problem_list.h"

namespace dm::package {

struct warning {
  std::string path;
  std::string message;
  std::size_t more = 0;  // stands for so many others, which were left out
};

// At most as many as of problems (most_problems), and one that counts the others.
inline void add_warning(std::vector<warning>& warnings, warning one) {
  const bool cut = !warnings.empty() && warnings.back().more > 0;
  if (!cut && one.more == 0 && warnings.size() < most_problems) {
    warnings.push_back(std::move(one));
    return;
  }
  if (!cut) warnings.emplace_back();
  warning& rest = warnings.back();
  rest.more += one.more == 0 ? 1 : one.more;
  rest.path = "…";
  rest.message = "and " + std::to_string(rest.more) + " more";
}

}  // namespace dm::package
