// Progress of long work: in place on a terminal, a line for each news otherwise. Beside what was
// asked for, so to the standard error stream; with --json nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/terminal.h"

#include <chrono>
#include <cstdio>
#include <set>
#include <string>
#include <string_view>

namespace dmctl {

class progress {
 public:
  progress(const terminal& where, bool silent, std::FILE* to = stderr);
  ~progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;

  /// What is going on now. In place it is redrawn, with the time since the beginning; else it is
  /// a line, once.
  void show(std::string_view what);
  /// A line that stays, on a terminal, too.
  void tell(std::string_view what);
  /// Removes what is shown in place.
  void clear();
  std::chrono::milliseconds elapsed() const;

 private:
  void write(const std::string& text);
  void draw(const std::string& line);

  terminal where_;
  bool silent_;
  std::FILE* to_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  std::set<std::string> told_;
  bool drawn_ = false;
  unsigned turn_ = 0;
};

}  // namespace dmctl
