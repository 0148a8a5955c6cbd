// The guard's own log: one line an event, with time, epoch and application id; bounded in size.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "io/file.h"
#include "io/operation.h"

namespace dm::guard {

// Appends to <directory>/guard.log; at 4 MiB that becomes guard.log.1, and what was guard.log.1 is
// gone. Used by one thread. Without a file (not opened yet, or lost when it was changed for a new
// one) each line tries to open it again; one that cannot be written goes to standard error: a full
// disk must not stop a guard from following its job.
class guard_log {
 public:
  explicit guard_log(std::string directory);
  result<void> open();  // PERMISSION_DENIED, NOT_FOUND ...: naming the file

  // What the following lines are about; 0 and "" while there is none.
  void set_subject(std::uint64_t epoch, std::string application_id);
  void write(io::log_level level, std::string_view message);
  void info(std::string_view message) { write(io::log_level::info, message); }
  void warning(std::string_view message) { write(io::log_level::warning, message); }
  void error(std::string_view message) { write(io::log_level::error, message); }

 private:
  std::string directory_;
  io::unique_fd file_;
  std::uint64_t epoch_ = 0;
  std::string application_id_;
};

}  // namespace dm::guard
