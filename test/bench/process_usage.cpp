// What a process costs.
// SPDX-License-Identifier: Apache-2.0
#include "process_usage.h"

#include <filesystem>
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
  std::error_code problem;
  for (const auto& thread : std::filesystem::directory_iterator(directory + "/task", problem)) {
    double nanoseconds = 0;
    std::ifstream(thread.path() / "schedstat") >> nanoseconds;
    usage.cpu_seconds += nanoseconds / 1e9;
  }
  if (problem || usage.cpu_seconds == 0 || usage.pss_kb == 0) {
    throw std::runtime_error("process " + std::to_string(pid) + " cannot be measured");
  }
  return usage;
}

resident_memory memory_of(int pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  resident_memory memory;
  for (std::string line; std::getline(status, line);) {
    std::istringstream words(line);
    std::string name;
    std::int64_t value = 0;
    words >> name >> value;
    if (name == "VmRSS:") memory.now_kb = value;
    if (name == "VmHWM:") memory.peak_kb = value;
    if (name == "Threads:") memory.threads = static_cast<int>(value);
  }
  if (memory.peak_kb == 0) {
    throw std::runtime_error("memory of process " + std::to_string(pid) + " cannot be measured");
  }
  return memory;
}

void forget_peak(int pid) {
  const std::string file = "/proc/" + std::to_string(pid) + "/clear_refs";
  std::ofstream stream(file);
  stream << 5 << std::flush;  // proc(5): the peak becomes what is resident now
  if (!stream) throw std::runtime_error("cannot write " + file);
}

open_descriptors descriptors_of(int pid) {
  namespace fs = std::filesystem;
  const std::string directory =
      pid == 0 ? std::string("/proc/self/fd") : "/proc/" + std::to_string(pid) + "/fd";
  open_descriptors open;
  std::error_code problem;
  for (const auto& one : fs::directory_iterator(directory, problem)) {
    ++open.all;
    std::error_code closed_meanwhile;
    const std::string target = fs::read_symlink(one.path(), closed_meanwhile).string();
    if (target.starts_with("socket:")) ++open.sockets;
  }
  if (problem) {
    throw std::runtime_error("descriptors of process " + std::to_string(pid) +
                             " cannot be counted: " + problem.message());
  }
  return open;
}

}  // namespace dm::bench
