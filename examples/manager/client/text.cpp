// Texts on a terminal.
// SPDX-License-Identifier: Apache-2.0
#include "client/text.h"

#include <fmt/format.h>

#include <wchar.h>
#include <algorithm>
#include <clocale>

namespace dmctl {
namespace {

struct character {
  char32_t code = 0;
  std::size_t length = 0;  // bytes; 0: the text does not begin with UTF-8
};

character first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : (lead & 0xF0U) == 0xE0       ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0) return {};
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return {};
    code = code << 6U | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  if (overlong || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

bool is_harmful(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) ||  // C0, DEL, C1 (0x9b begins a sequence)
         (code >= 0x200B && code <= 0x200F) ||            // invisible, marks of direction
         (code >= 0x2028 && code <= 0x202E) ||            // ends of lines, directions
         (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
         (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE0FFF);
}

std::string escaped(char32_t code) {
  switch (code) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      return code < 0x100 ? fmt::format("\\x{:02x}", static_cast<unsigned>(code))
                          : fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  }
}

std::string made_harmless(std::string_view text, bool keep_lines) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const character one = first_of(text.substr(at));
    if (one.length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[at]));
      ++at;
      continue;
    }
    const bool kept = keep_lines && (one.code == '\n' || one.code == '\t');
    if (is_harmful(one.code) && !kept) {
      result += escaped(one.code);
    } else {
      result += text.substr(at, one.length);
    }
    at += one.length;
  }
  return result;
}

std::size_t columns_of(char32_t code) {
  // wcwidth() knows what it knows by the process's locale.
  static const bool ready = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;
  if (!ready || code < 0x80) return 1;
  const int known = ::wcwidth(static_cast<wchar_t>(code));
  return known < 0 ? 1 : static_cast<std::size_t>(known);
}

// How many bytes of the text fit into so many columns.
std::size_t bytes_within(std::string_view text, std::size_t limit) {
  std::size_t used = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const character one = first_of(text.substr(at));
    const std::size_t wide = one.length == 0 ? 1 : columns_of(one.code);
    if (used + wide > limit) break;
    used += wide;
    at += std::max<std::size_t>(one.length, 1);
  }
  return at;
}

// At the last blank that leaves a line. A word that is longer than a line stays whole, since it may
// be a path, which somebody copies.
void fold_line(std::string_view line, std::size_t limit, std::vector<std::string>& into) {
  while (limit != 0 && columns(line) > limit) {
    const std::size_t text = std::min(line.find_first_not_of(' '), line.size());
    std::size_t end = line.rfind(' ', bytes_within(line, limit));
    if (end == std::string_view::npos || end < text) end = line.find(' ', text);
    if (end == std::string_view::npos) break;
    into.emplace_back(line.substr(0, line.find_last_not_of(' ', end) + 1));
    line.remove_prefix(end);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    if (line.empty()) return;
  }
  into.emplace_back(line);
}

}  // namespace

std::string harmless(std::string_view text) { return made_harmless(text, false); }
std::string harmless_lines(std::string_view text) { return made_harmless(text, true); }

std::size_t columns(std::string_view text) {
  std::size_t all = 0;
  for (std::size_t at = 0; at < text.size();) {
    const character one = first_of(text.substr(at));
    all += one.length == 0 ? 1 : columns_of(one.code);
    at += std::max<std::size_t>(one.length, 1);
  }
  return all;
}

std::string cut(std::string_view text, std::size_t limit) {
  if (limit == 0 || columns(text) <= limit) return std::string(text);
  return std::string(text.substr(0, bytes_within(text, limit - 1))) + "…";
}

std::string padded(std::string_view text, std::size_t wanted, bool right) {
  const std::size_t taken = columns(text);
  const std::string blanks(wanted > taken ? wanted - taken : 0, ' ');
  return right ? blanks + std::string(text) : std::string(text) + blanks;
}

std::vector<std::string> folded(std::string_view text, std::size_t limit) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    fold_line(text.substr(begin, end - begin), limit, lines);
    begin = end + 1;
  }
  return lines;
}

}  // namespace dmctl
