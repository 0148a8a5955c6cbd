// How a flink client ended, beside its output: a fact that exists once, so it is on disk before
// anything else is tried.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/error.h"
#include "io/process.h"

namespace dm::guard {

struct client_end {
  io::process_exit exit;
  bool timed_out = false;  // ended by its guard, since it had submitted nothing in its time

  // "exit code 1", "signal 9 (Killed)", or what its guard did to it.
  std::string text() const;
};

// <directory>/client-<epoch>.end; pruned with the client's log.
std::string client_end_name(std::uint64_t epoch);
result<void> write_client_end(const std::string& directory, std::uint64_t epoch,
                              const client_end& end);
// nullopt: none was written, so that its guard died before it did, or with it.
std::optional<client_end> read_client_end(const std::string& directory, std::uint64_t epoch);

}  // namespace dm::guard
