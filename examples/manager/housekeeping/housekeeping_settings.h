// How this Deployment Manager keeps order by itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace manager {

struct housekeeping_settings {
  std::chrono::hours interval{0};                 // 0: never by itself
  std::vector<std::string> kinds;                 // the plugin's words; none: all
  std::map<std::string, std::int64_t> ages_days;  // by kind; of others the plugin's own
  bool dry_run = false;                           // tells what it would do, and does nothing
};

}  // namespace manager
