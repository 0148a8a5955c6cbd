// Checks and presentation of text from outside.
// SPDX-License-Identifier: Apache-2.0
#include "input/text_rules.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "io/secret.h"
#include "io/utf8.h"

namespace dm::input {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The character that begins at `offset` ends a line or steers a terminal somewhere.
bool is_control(std::string_view text, std::size_t offset) {
  const auto byte = static_cast<unsigned char>(text[offset]);
  if (byte < 0x20 || byte == 0x7F) return true;
  const std::string_view rest = text.substr(offset);
  if (byte == 0xC2 && rest.size() > 1) return static_cast<unsigned char>(rest[1]) < 0xA0;
  return rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9");
}

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

}  // namespace

bool single_line(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = io::character_length(text, offset);
    if (length == 0 || is_control(text, offset)) return false;
    offset += length;
  }
  return true;
}

std::string shown(std::string_view text, std::size_t limit) {
  if (text.empty()) return "(empty)";
  std::string result;
  for (std::size_t offset = 0; offset < text.size();) {
    if (result.size() >= limit) return result + "…";
    const std::size_t length = io::character_length(text, offset);
    if (length == 0 || is_control(text, offset)) {
      const std::size_t bytes = std::max<std::size_t>(length, 1);
      for (const char c : text.substr(offset, bytes)) {
        fmt::format_to(std::back_inserter(result), "\\x{:02x}",
                       static_cast<unsigned>(static_cast<unsigned char>(c)));
      }
      offset += bytes;
    } else {
      result += text.substr(offset, length);
      offset += length;
    }
  }
  return result;
}

std::string shown_value(std::string_view name, std::string_view value) {
  if (io::secret_name(name)) return "(not shown: it may hold a secret)";
  return shown(io::masked_text(value));
}

bool plain_absolute_path(std::string_view path) {
  if (path.size() < 2 || path.size() > 1024 || path.front() != '/' || path.back() == '/')
    return false;
  for (std::size_t begin = 1; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty() || part == "." || part == "..") return false;
    begin = end + 1;
  }
  return std::all_of(path.begin(), path.end(), [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("/._+@-").find(c) != std::string_view::npos;
  });
}

std::optional<std::string> nearest(std::string_view name,
                                   const std::vector<std::string>& candidates) {
  std::optional<std::string> best;
  std::size_t least = std::max<std::size_t>(name.size() / 3, 1) + 1;
  if (name.size() > 256) return best;
  for (const std::string& candidate : candidates) {
    const std::size_t away = distance(name, candidate);
    if (away < least) {
      least = away;
      best = candidate;
    }
  }
  return best;
}

error invalid(std::string what, std::vector<problem> problems) {
  error e;
  e.code = status_code::invalid_argument;
  e.message = std::move(what);
  e.details = std::move(problems);
  return e;
}

}  // namespace dm::input
