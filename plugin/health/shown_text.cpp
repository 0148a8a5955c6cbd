// Text of others made fit to be shown.
// SPDX-License-Identifier: Apache-2.0
#include "health/shown_text.h"

#include "io/error.h"
#include "io/secret.h"
#include "io/utf8.h"

namespace dm::health {

namespace {

constexpr std::size_t most_bytes = 64 << 10;  // of a text that has no end

// Of a character of well-formed UTF-8: C0 and C1 controls, line and paragraph separators, and what
// turns the direction of writing round, so that a line reads as something else.
bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(character[at]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
  if (character.size() == 2) return byte(0) == 0xc2 && byte(1) < 0xa0;
  if (character.size() != 3 || byte(0) != 0xe2) return false;
  if (byte(1) == 0x80) return byte(2) >= 0xa8 && byte(2) <= 0xae;
  return byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
}

}  // namespace

std::string shown(std::string_view text, std::size_t limit) {
  // Masked before it is cut: a half of an address may have lost what shows the password in it.
  const std::string masked = first_line(io::masked_text(text.substr(0, most_bytes)), limit);
  std::string result;
  result.reserve(masked.size());
  for (std::size_t at = 0; at < masked.size();) {
    const std::size_t length = io::character_length(masked, at);
    const std::string_view character = std::string_view(masked).substr(at, length);
    if (is_control(character)) {
      result += '?';
    } else {
      result += character;
    }
    at += length;
  }
  return result;
}

std::size_t columns(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xc0U) == 0x80 ? 0 : 1;
  return count;
}

}  // namespace dm::health
