// Text that came from outside, as it may be kept and shown.
// SPDX-License-Identifier: Apache-2.0
#include "component/kept_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "io/error.h"
#include "io/secret.h"
#include "io/utf8.h"

namespace dm::component {

namespace {

// A line that is cut in its middle may have lost the name that makes its rest a secret.
constexpr std::size_t longest_cut_line = 4096;

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
}

// U+0080 … U+009F: a terminal may take them for control characters, too.
bool is_c1(std::string_view text, std::size_t at) {
  return text[at] == '\xC2' && at + 1 < text.size() &&
         static_cast<unsigned char>(text[at + 1]) >= 0x80 &&
         static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

std::string without_controls(std::string_view text) {
  std::string shown;
  shown.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_c1(text, at)) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[++at]));
    } else if (is_control(text[at])) {
      shown += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
    } else {
      shown += text[at];
    }
  }
  return shown;
}

std::string_view tail(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  const std::string_view last = text.substr(text.size() - limit);
  const std::size_t line = last.find('\n');
  return line < std::min(longest_cut_line, last.size()) ? last.substr(line + 1) : last;
}

}  // namespace

std::string kept_text(std::string_view text, std::size_t limit) {
  return without_controls(io::valid_utf8(io::masked_text(tail(text, limit))));
}

std::string kept_line(std::string_view text, std::size_t limit) {
  std::string line(text.substr(0, std::min(text.size(), 4 * limit)));
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
  return first_line(without_controls(io::valid_utf8(io::masked_text(line))), limit);
}

}  // namespace dm::component
