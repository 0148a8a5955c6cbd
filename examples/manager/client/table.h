// Tables that line up and fit the terminal. Texts are cut, with an ellipsis; names, ids, paths and
// numbers never are, since people copy them: where a row does not fit it goes on in the next line.
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
  bool gives = false;  // is cut where there is no room: a text for people
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
  /// Where a column stands: rows have as many lines as it takes to place all.
  struct place {
    std::size_t column = 0;
    std::size_t width = 0;
    std::size_t line = 0;
  };
  std::vector<place> in_one_line() const;
  static bool shrunk(std::vector<place>& places, std::size_t room, const std::vector<column>& of);
  std::vector<place> laid_out(std::size_t width) const;

  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace dmctl
