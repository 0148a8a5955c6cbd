// Text that came from outside, as it may be kept and shown.
// SPDX-License-Identifier: Apache-2.0
#include "component/kept_text.h"

#include <algorithm>

#include "io/error.h"
#include "io/secret.h"
#include "io/visible_text.h"

namespace dm::component {

namespace {

// A line that is cut in its middle may have lost the name that makes its rest a secret.
constexpr std::size_t longest_cut_line = 4096;

std::string_view tail(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const std::string_view last = text.substr(text.size() - limit);
  const std::size_t line = last.find('\n');
  return line < std::min(longest_cut_line, last.size()) ? last.substr(line + 1) : last;
}

}  // namespace

std::string kept_text(std::string_view text, std::size_t limit) {
  return io::visible_text(io::masked_text(tail(text, limit)), io::lines::kept);
}

std::string kept_line(std::string_view text, std::size_t limit) {
  std::string line(text.substr(0, std::min(text.size(), 4 * limit)));
  // Before secrets are looked for, which may go on behind a line's end.
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return first_line(io::masked_text(line), limit);
}

}  // namespace dm::component
