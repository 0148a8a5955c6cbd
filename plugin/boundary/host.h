// What the host lends to a session: where log lines go. Read by struct_size, so that a host of any
// minor will do (DM-3).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "dm_plugin.h"
#include "io/operation.h"

namespace dm::boundary {

// Constant after construction, so any thread may use it; the host's function is called on the
// caller's thread (DM-17).
class host {
 public:
  explicit host(const dm_host& given);

  // What is below it is not even formatted. off when the host gave no function.
  io::log_level threshold() const { return threshold_; }
  // One line; control characters become blanks and invalid UTF-8 is replaced (DM-9).
  void log(io::log_level level, std::string_view message) const;

 private:
  void* user_ = nullptr;
  void (*log_)(void* user, int32_t level, dm_string message) = nullptr;
  io::log_level threshold_ = io::log_level::off;
};

// The text as one line of valid UTF-8: line ends and tabulators become blanks, other control
// characters \x1b.
std::string single_line(std::string_view text);

// Text that the host lent; nullopt when its pointer is NULL and its size is not 0 (DM-15).
std::optional<std::string_view> borrow(dm_string text);

// Text for a callback. It must end in a NUL one byte beyond, as std::string's does (DM-9).
inline dm_string lend(const std::string& text) { return dm_string{text.c_str(), text.size()}; }

}  // namespace dm::boundary
