// Texts without what is secret in them.
// SPDX-License-Identifier: Apache-2.0
#include "access/secrets.h"
#include "base/names.h"

#include <algorithm>
#include <string>

namespace manager {
namespace {

constexpr std::string_view mask = "***";

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool in_name(char c) { return is_letter_or_digit(c) || c == '_' || c == '.' || c == '-'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// user:password@ between :// and the host. `at` is behind the slashes; the place of the @, or `at`.
std::size_t host_after(std::string_view text, std::size_t at) {
  const std::size_t end = std::min(text.find_first_of("/?# \t\r\n\"'", at), text.size());
  const std::string_view authority = text.substr(at, end - at);
  if (const std::size_t sign = authority.rfind('@'); sign != std::string_view::npos)
    return at + sign;
  // A port that is no number is the beginning of a password that has one of / ? # in it.
  const std::size_t colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.starts_with('[')) return at;
  const std::string_view port = authority.substr(colon + 1);
  if (!port.empty() && port.find_first_not_of("0123456789") == std::string_view::npos) return at;
  constexpr std::size_t longest = 512;
  const std::string_view rest = text.substr(at, longest);
  const std::size_t sign = rest.substr(0, rest.find_first_of(" \t\r\n\"'")).rfind('@');
  return sign == std::string_view::npos ? at : at + sign;
}

std::size_t backslashes_before(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (count < at && text[at - 1 - count] == '\\') ++count;
  return count;
}

// Behind the JSON object or list that begins at `at`; the text may be JSON in a JSON text, whose
// quotes have a backslash before them.
std::size_t end_of_brackets(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      const bool escaped = backslashes_before(text, at) == 1;
      const auto ends = [&](std::size_t quote) {
        const std::size_t before = backslashes_before(text, quote);
        return escaped ? before == 1 : before % 2 == 0;
      };
      for (at = text.find('"', at + 1); at != std::string_view::npos && !ends(at);)
        at = text.find('"', at + 1);
      if (at == std::string_view::npos) return text.size();
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if ((c == '}' || c == ']') && --depth == 0) {
      return at + 1;
    }
  }
  return text.size();
}

// The end of a value that begins at `start`: of a quoted one before its closing quote.
std::size_t end_of_value(std::string_view text, std::size_t start, char quote) {
  constexpr std::string_view ends = " \t\r\n,;&\"'}])";
  if (quote == 0 && (text[start] == '{' || text[start] == '[')) return end_of_brackets(text, start);
  for (std::size_t at = start; at < text.size(); ++at) {
    if (quote == 0 && ends.find(text[at]) != std::string_view::npos) return at;
    if (quote != 0 && text[at] == quote) return at;
    if (quote != 0 && text[at] == '\\') ++at;
  }
  return text.size();
}

struct value_place {
  std::size_t start = std::string_view::npos;  // npos: no value follows
  char quote = 0;
};

// Where the value of a name that ends at `at` begins: after = or :, quotes and blanks around them
// allowed, or, of an option, after blanks.
value_place value_after(std::string_view text, std::size_t at, bool option) {
  const auto skip_blanks = [&] {
    while (at < text.size() && is_blank(text[at])) ++at;
  };
  while (at < text.size() && (text[at] == '"' || text[at] == '\'' || text[at] == '\\')) ++at;
  const std::size_t name_end = at;
  skip_blanks();
  const bool assigned = at < text.size() && (text[at] == '=' || text[at] == ':');
  if (assigned) {
    ++at;
    skip_blanks();
  } else if (!option || at == name_end) {
    return {};
  }
  while (at < text.size() && text[at] == '\\') ++at;  // of a quote in a quoted text
  if (at >= text.size()) return {};
  if (text[at] == '"' || text[at] == '\'') return {at + 1, text[at]};
  return {at, 0};
}

}  // namespace

std::string masked_text(std::string_view text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("://")) {
      shown += "://";
      at += 3;
      const std::size_t host = host_after(text, at);
      if (host != at) shown += mask;
      at = host;
      continue;
    }
    if (!in_name(text[at])) {
      shown += text[at++];
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && in_name(text[end])) ++end;
    const std::string_view name = text.substr(at, end - at);
    shown += name;
    const bool option = name.starts_with('-') && (at == 0 || !in_name(text[at - 1]));
    at = end;
    if (!is_secret_name(name)) continue;
    const value_place value = value_after(text, end, option);
    if (value.start == std::string_view::npos) continue;
    const std::size_t value_end = end_of_value(text, value.start, value.quote);
    if (value_end == value.start) continue;
    shown += text.substr(end, value.start - end);
    shown += mask;
    at = value_end;
  }
  return shown;
}

std::string shown_address(std::string_view url) {
  const std::string masked = masked_text(url);
  return printable(masked.substr(0, masked.find_first_of("?#")), 500);
}

std::string shown_value(std::string_view name, std::string_view text) {
  return is_secret_name(name) ? "(not shown)" : printable(masked_text(text));
}

std::string shown_value(std::string_view name, const json::value& value) {
  if (is_secret_name(name)) return "(not shown)";
  auto memory = json::make_object();
  return printable(json::to_text(with_masked_secrets(value, memory.GetAllocator())));
}

}  // namespace manager
