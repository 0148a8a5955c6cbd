// A part of a log as it is shown: whole lines that pass the filter, valid UTF-8, without secrets
// (INV-7) and without what a terminal would obey.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/secret.h"
#include "logs/line_filter.h"
#include "logs/log_window.h"

namespace dm::logs {

struct log_shape {
  std::size_t max_bytes = 64 << 10;  // of the text
  std::size_t tail_lines = 0;        // 0: as many as fit
  bool from_end = false;  // the newest lines that fit, else the first ones from `start` on
  // forwards: where the text begins, in the log; what the window has before it is looked at for
  // names of secrets only
  std::int64_t start = 0;
  // A last line without its end may still get it: it is left for the next read, unless it is longer
  // than a text may be.
  bool may_grow = true;
};

struct shown_text {
  std::string text;
  std::int64_t offset = 0;       // where it begins in the log
  std::int64_t next_offset = 0;  // where the next one does
  bool left_out = false;         // backwards: older lines; forwards: there is more to be read now
};

// The newest or the first of the window's lines.
shown_text shape_text(const log_window& window, const line_filter& filter, const log_shape& shape);

// One line, or a part of one, as it is shown: control characters but \t as \xNN, bytes that are no
// UTF-8 as U+FFFD, secrets as ***. `secrets` are the ranges of `text`.
std::string shown_line(std::string_view text, std::size_t begin, std::size_t end,
                       const std::vector<io::secret_range>& secrets);

}  // namespace dm::logs
