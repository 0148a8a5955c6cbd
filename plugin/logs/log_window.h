// A part of a log as it was read, and the one way in which parts are asked for, wherever a log
// lies.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "io/error.h"

namespace dm::logs {

struct log_window {
  std::string bytes;
  std::int64_t offset = 0;      // of the first of them in the log
  std::int64_t size_bytes = 0;  // of the log, when it was read
  bool broken_off = false;  // what follows the bytes is gone, and so is the end of their last line
  bool reaches_end() const {
    return offset + static_cast<std::int64_t>(bytes.size()) >= size_bytes;
  }
};

// At most `limit` bytes from `from` on; a negative `from` counts from the end. An offset beyond the
// end gives no bytes, and the size tells.
using window_reader = std::function<result<log_window>(std::int64_t from, std::size_t limit)>;

// The part of a text that is in memory.
log_window window_of(const std::string& text, std::int64_t from, std::size_t limit);

}  // namespace dm::logs
