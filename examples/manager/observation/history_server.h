// Flink's history server, asked when somebody wants to know how it is, and for nobody more often
// than twice a minute.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace manager {

/// The address of the environment's flink_history_server, "host:port" or a whole one, with the
/// slash at its end without which its page does not find its own files; empty where there is none.
std::string history_server_address(const json::value& environment);

class history_server {
 public:
  explicit history_server(const json::value& environment)
      : address_(history_server_address(environment)) {}

  struct health {
    std::string state;          // "OK", "ERROR"; "UNKNOWN" where none is configured
    std::string cause;          // why it is not OK
    std::string version;        // Flink's, as it says
    std::int64_t asked_at = 0;  // ms since 1970
    std::int64_t took_ms = 0;
  };
  /// May wait some seconds, for itself or for another one's question. [any-thread]
  health look();

 private:
  health ask() const;

  const std::string address_;
  std::mutex mutex_;
  std::optional<health> known_;                     // guarded by mutex_
  std::chrono::steady_clock::time_point learnt_{};  // guarded by mutex_
};

}  // namespace manager
