// What the settings may be, whoever gave them: file or command line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "health/settings.h"
#include "io/problem_list.h"

namespace dm::health {

struct range {
  std::int64_t least;
  std::int64_t most;
};
constexpr range probe_range{100, 60'000};                             // ms
constexpr range run_range{500, 600'000};                              // ms
constexpr range latency_range{0, 60'000};                             // ms
constexpr range checkpoint_age_range{0, std::int64_t{366} * 86'400};  // s

// All problems at once; paths are those of the file ("$.name_nodes[1]").
problem_list check_settings(const settings& given);

// "host:port", "[::1]:port"; 0: no such address.
struct host_and_port {
  std::string host;  // an IPv6 address with its brackets
  std::uint16_t port = 0;
};
host_and_port parse_host_and_port(std::string_view text);

// "hdfs:///a" and "/a" are a path on HDFS, "file:///a" one of this machine; path empty: neither.
struct archive_place {
  std::string path;
  bool local = false;
};
archive_place parse_archive(std::string_view text);

}  // namespace dm::health
