// Names that come from outside: what is allowed in them.
// SPDX-License-Identifier: Apache-2.0
#include "base/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace manager {
namespace {

constexpr std::string_view letters_and_digits =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
constexpr std::string_view archive_suffix = ".tar.gz";
constexpr std::size_t longest_name = 100;
constexpr std::size_t longest_property = 200;

// The first character is a letter, a digit or '_': no name is "..", hidden, or looks like an
// option.
bool consists_of(std::string_view text, std::string_view others, std::size_t longest) {
  if (text.empty() || text.size() > longest) return false;
  if (letters_and_digits.find(text.front()) == std::string_view::npos) return false;
  return std::all_of(text.begin(), text.end(), [others](char c) {
    return letters_and_digits.find(c) != std::string_view::npos ||
           others.find(c) != std::string_view::npos;
  });
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || text[i] == separator) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  return parts;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool part_before(std::string_view left, std::string_view right) {
  if (is_number(left) && is_number(right)) {
    left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
    right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
    if (left.size() != right.size()) return left.size() < right.size();
  }
  return left < right;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// Bytes of the well-formed sequence that the text begins with (RFC 3629); 0: it begins with none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return text.empty() ? 0 : 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : (lead & 0xF0U) == 0xE0       ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  if ((lead == 0xE0 && byte(1) < 0xA0) || (lead == 0xED && byte(1) > 0x9F) ||
      (lead == 0xF0 && byte(1) < 0x90) || (lead == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return length;
}

std::string shown_byte(char c) { return fmt::format("\\x{:02x}", static_cast<unsigned char>(c)); }

// A character of UTF-8: those that a terminal obeys (C0, DEL, C1, ends of lines and directions of
// writing) as \x1b, \u202e.
std::string shown(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1 && is_control(character[0])) return shown_byte(character[0]);
  if (character.size() == 2 && byte(0) == 0xc2 && byte(1) < 0xa0) return shown_byte(character[1]);
  if (character.size() == 3 && byte(0) == 0xe2) {
    const unsigned low = ((byte(1) & 0x3fU) << 6U) | (byte(2) & 0x3fU);
    if ((low >= 0x28 && low <= 0x2e) || (low >= 0x66 && low <= 0x69))
      return fmt::format("\\u{:04x}", 0x2000 + low);
  }
  return std::string(character);
}

}  // namespace

bool is_name(std::string_view text) { return consists_of(text, "-", longest_name); }

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) return false;
    at += length;
  }
  return true;
}

std::string valid_utf8(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    if (length == 0) {
      result += shown_byte(text[at]);
    } else {
      result += text.substr(at, length);
    }
    at += std::max<std::size_t>(length, 1);
  }
  return result;
}

bool is_property_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_property && is_utf8(text) &&
         std::none_of(text.begin(), text.end(), is_control);
}

bool is_operation_id(std::string_view text) { return consists_of(text, "-", 64); }

bool is_account_name(std::string_view text) { return consists_of(text, ".@-$", 64); }

bool is_package_title(std::string_view text) { return consists_of(text, ".-", longest_name); }

std::optional<package_name> parse_package_name(std::string_view full) {
  const std::size_t hyphen = full.rfind('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  const std::string_view name = full.substr(0, hyphen);
  const std::string_view version = full.substr(hyphen + 1);
  if (!is_package_title(name)) return std::nullopt;
  if (version.size() > longest_name) return std::nullopt;
  const auto parts = split(version, '.');
  if (parts.size() < 3) return std::nullopt;
  for (const auto part : parts) {
    if (!consists_of(part, "+~", longest_name)) return std::nullopt;
  }
  return package_name{std::string(name), std::string(version)};
}

std::optional<package_name> parse_package_file(std::string_view file) {
  if (!file.ends_with(archive_suffix)) return std::nullopt;
  file.remove_suffix(archive_suffix.size());
  return parse_package_name(file);
}

bool version_before(std::string_view left, std::string_view right) {
  const auto left_parts = split(left, '.');
  const auto right_parts = split(right, '.');
  return std::lexicographical_compare(left_parts.begin(), left_parts.end(), right_parts.begin(),
                                      right_parts.end(), part_before);
}

std::string printable(std::string_view text, std::size_t limit) {
  std::string result;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = sequence_length(text.substr(at));
    const std::string piece = length == 0 ? shown_byte(text[at]) : shown(text.substr(at, length));
    if (result.size() + piece.size() > limit) break;
    result += piece;
    at += std::max<std::size_t>(length, 1);
  }
  if (at < text.size()) result += "...";
  return result;
}

}  // namespace manager
