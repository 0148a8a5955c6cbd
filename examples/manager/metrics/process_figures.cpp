// This process as the kernel sees it.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/process_figures.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace manager::metrics {
namespace {

// Fields of /proc/self/stat from the third on (proc(5)): the second, in parentheses, may hold
// blanks.
std::vector<std::string> stat_fields() {
  std::ifstream file("/proc/self/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t end = text.rfind(')');
  if (end == std::string::npos) return {};
  std::istringstream rest(text.substr(end + 1));
  std::vector<std::string> fields;
  for (std::string one; rest >> one;) fields.push_back(one);
  return fields;
}

double boot_time() {
  std::ifstream file("/proc/stat");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return 0;
}

int open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return -1;
  int count = -1;  // the directory's own
  while (const dirent* entry = ::readdir(directory)) count += entry->d_name[0] != '.' ? 1 : 0;
  ::closedir(directory);
  return count;
}

void gauge(exposition& into, std::string_view name, std::string_view help, double value) {
  into.family(name, "gauge", help);
  into.sample({}, value);
}

}  // namespace

void write_process(exposition& into) {
  const double ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto fields = stat_fields();
  if (fields.size() > 21) {
    into.family("process_cpu_seconds_total", "counter", "User and system time.");
    into.sample({}, (std::stod(fields[11]) + std::stod(fields[12])) / ticks);
    gauge(into, "process_threads", "Threads.", std::stod(fields[17]));
    gauge(into, "process_start_time_seconds", "Start, in seconds since 1970.",
          boot_time() + std::stod(fields[19]) / ticks);
    gauge(into, "process_virtual_memory_bytes", "Virtual memory.", std::stod(fields[20]));
    gauge(into, "process_resident_memory_bytes", "Resident memory.",
          std::stod(fields[21]) * static_cast<double>(::sysconf(_SC_PAGESIZE)));
  }
  if (const int open = open_descriptors(); open >= 0) {
    gauge(into, "process_open_fds", "Open descriptors.", open);
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    gauge(into, "process_max_fds", "Descriptors that it may open.",
          static_cast<double>(limit.rlim_cur));
  }
}

}  // namespace manager::metrics
