// Which lines of a log are wanted: those since a moment, those with a text in them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "io/error.h"
#include "io/time.h"

namespace dm::logs {

// The moment that a line begins with: "2026-11-23 12:00:00,123", with T or a blank, fractions after
// a comma or a point or none, and a zone or none, which is then that of this node. nullopt: it is
// the rest of an event that began before it, such as a stack trace.
std::optional<io::wall_time> time_of_line(std::string_view line);

class line_filter {
 public:
  line_filter();  // all lines
  // since: zero for all. grep: a text that is in the line; between two slashes a regular expression
  // (RE2, which cannot take long, whatever it says). INVALID_ARGUMENT says what is wrong with it.
  static result<line_filter> make(io::wall_time since, const std::string& grep);
  line_filter(line_filter&&) noexcept;
  line_filter& operator=(line_filter&&) noexcept;
  ~line_filter();

  bool keeps_all() const;
  bool since_given() const { return since_ != io::wall_time(); }
  // Whether an event of that time is wanted.
  bool wants(io::wall_time at) const { return at >= since_; }
  // Whether the line, as it is shown, has what is looked for: nobody learns by it what is masked.
  bool matches(std::string_view shown) const;

 private:
  struct expression;

  io::wall_time since_{};
  std::string literal_;
  std::unique_ptr<expression> expression_;
};

}  // namespace dm::logs
