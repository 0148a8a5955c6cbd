// Text that came from outside made visible.
// SPDX-License-Identifier: Apache-2.0
#include "io/visible_text.h"

#include <fmt/format.h>

#include "io/utf8.h"

namespace dm::io {

namespace {

// Of a well-formed character of one to three bytes.
unsigned code_of(std::string_view character) {
  const auto bits = [&](std::size_t at, unsigned mask) {
    return static_cast<unsigned char>(character[at]) & mask;
  };
  if (character.size() == 1) return bits(0, 0x7FU);
  if (character.size() == 2) return bits(0, 0x1FU) << 6U | bits(1, 0x3FU);
  if (character.size() == 3) return bits(0, 0x0FU) << 12U | bits(1, 0x3FU) << 6U | bits(2, 0x3FU);
  return 0x10000;  // none of those that are looked for
}

bool is_obeyed(unsigned code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string visible_text(std::string_view text, lines of) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = character_length(text, at);
    const unsigned byte = static_cast<unsigned char>(text[at]);
    if (length == 0) {
      result += fmt::format("\\x{:02x}", byte);
      ++at;
      continue;
    }
    const std::string_view character = text.substr(at, length);
    at += length;
    const unsigned code = code_of(character);
    const bool blank = code == '\n' || code == '\t';
    if (!is_obeyed(code) || (blank && of == lines::kept)) {
      result += character;
    } else if ((blank || code == '\r') && of == lines::joined) {
      result += ' ';
    } else {
      result += code < 0x100 ? fmt::format("\\x{:02x}", code) : fmt::format("\\u{:04x}", code);
    }
  }
  return result;
}

}  // namespace dm::io
