// Tables that line up and fit the terminal: what has to be cut is cut in the columns that can bear
// it, with an ellipsis.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/terminal.h"

#include <string>
#include <string_view>
#include <vector>

namespace dmctl {

struct column {
  std::string title;
  bool right = false;  // numbers
  bool state = false;  // its words have their colours
  bool gives = false;  // is cut first where there is no room: texts, not names
  bool whole = false;  // is cut last: what people copy
};

class table {
 public:
  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

  /// As many cells as columns; they are made harmless here. "" is shown as "-".
  void add(const std::vector<std::string>& cells);
  bool empty() const { return rows_.empty(); }
  /// Lines with their ends. Columns in which there is nothing at all are left out.
  std::string text(const terminal& where) const;

 private:
  std::vector<std::size_t> widths(const terminal& where, const std::vector<bool>& shown) const;

  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace dmctl
