// The Deployment Manager's log: one line an event on the standard error stream.
// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include "base/clock.h"

#include <unistd.h>
#include <array>
#include <atomic>
#include <iterator>
#include <string>

namespace manager::log {
namespace {

std::atomic<level> lowest_written{level::info};

std::string_view word(level at) {
  constexpr std::array<std::string_view, 6> words = {"TRACE",   "DEBUG", "INFO",
                                                     "WARNING", "ERROR", "OFF"};
  return words.at(static_cast<std::size_t>(at));
}

}  // namespace

void set_threshold(level lowest) { lowest_written = lowest; }
level threshold() { return lowest_written; }

void write(level at, std::string_view message) {
  if (at < lowest_written.load()) return;
  std::string line = fmt::format("{} {:<7} ", to_rfc3339(now_ms()), word(at));
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  line += '\n';
  // Nobody is left to tell when the log itself cannot be written.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace manager::log
