// What a process costs.
// SPDX-License-Identifier: Apache-2.0
#include "process_usage.h"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace dm::bench {

process_usage usage_of(int pid) {
  const std::string directory = "/proc/" + std::to_string(pid);
  process_usage usage;
  std::ifstream rollup(directory + "/smaps_rollup");
  for (std::string line; std::getline(rollup, line);) {
    std::istringstream words(line);
    std::string name;
    std::int64_t kilobytes = 0;
    words >> name >> kilobytes;
    if (name == "Pss:") usage.pss_kb = kilobytes;
    if (name == "Private_Clean:" || name == "Private_Dirty:") usage.private_kb += kilobytes;
  }
  std::ifstream accounts(directory + "/schedstat");
  double nanoseconds = 0;
  if (!(accounts >> nanoseconds) || usage.pss_kb == 0) {
    throw std::runtime_error("process " + std::to_string(pid) + " cannot be measured");
  }
  usage.cpu_seconds = nanoseconds / 1e9;
  return usage;
}

}  // namespace dm::bench
