// Secrets, known by their names.
// SPDX-License-Identifier: Apache-2.0
#include "io/secret.h"

#include <algorithm>
#include <array>

#include "io/ascii_case.h"

namespace dm::io {

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

// user:password@host without slashes before it, as brokers and some drivers have it
// (jdbc:oracle:thin:user/password@host). `colon` is behind a name; the range to mask, empty: none.
secret_range login_after(std::string_view text, std::string_view name, std::size_t colon) {
  constexpr std::size_t longest = 512;
  const secret_range none{colon, colon};
  const std::string_view rest = text.substr(colon + 1, longest);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r\n\"'<>(),;|{}"));
  const std::size_t sign = word.rfind('@');
  if (sign == std::string_view::npos || sign == 0 || word[sign - 1] == ':') return none;
  if (word.starts_with('/') || word.substr(0, sign).find("://") != std::string_view::npos)
    return none;
  // host:port/path
  const std::size_t port_end = word.find_first_not_of("0123456789");
  if (port_end > 0 && word[port_end] == '/') return none;
  const std::string_view host = word.substr(sign + 1);
  if (host.empty() ||
      !(is_letter_or_digit(host.front()) || host.starts_with('[') || host.starts_with("//")))
    return none;
  // What Java calls an object that has no text of its own: Class@1f2e3d4c.
  if (host.size() > 4 && host.size() <= 8 &&
      host.find_first_not_of("0123456789abcdef") == std::string_view::npos &&
      host.find_first_of("0123456789") != std::string_view::npos)
    return none;
  std::size_t begin = 0;
  if (name == "jdbc") {
    const std::size_t driver = word.find(':');
    if (driver != std::string_view::npos && driver < sign) begin = driver + 1;
  }
  return {colon + 1 + begin, colon + 1 + sign};
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

// db_pass, db.pass, dbPass; but not bypass.
bool ends_in_word_pass(std::string_view name) {
  constexpr std::string_view word = "pass";
  if (name.size() < word.size()) return false;
  const std::string_view end = name.substr(name.size() - word.size());
  const bool same = std::equal(end.begin(), end.end(), word.begin(),
                               [](char c, char w) { return c == w || c == w - 'a' + 'A'; });
  if (!same || name.size() == word.size()) return same;
  const char before = name[name.size() - word.size() - 1];
  const bool capital = end.front() == 'P' && before >= 'a' && before <= 'z';
  return !is_letter_or_digit(before) || capital;
}

}  // namespace

bool secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 29> marks = {
      "password",   "passwd",    "pwd",        "passphrase", "passcode",       "secret",
      "credential", "private",   "keyfile",    "accesskey",  "accountkey",     "apikey",
      "authkey",    "clientkey", "hmackey",    "licensekey", "encryptionkey",  "licencekey",
      "masterkey",  "saskey",    "serverkey",  "sharedkey",  "securitykey",    "signingkey",
      "sshkey",     "sslkey",    "storagekey", "tlskey",     "subscriptionkey"};
  std::string plain;
  for (const char c : name) {
    if (is_letter_or_digit(c)) plain += lower_ascii(c);
  }
  for (const std::string_view mark : marks) {
    if (plain.find(mark) != std::string::npos) return true;
  }
  if (ends_in_word_pass(name)) return true;
  for (std::size_t at = plain.find("token"); at != std::string::npos;
       at = plain.find("token", at + 1)) {
    const std::string_view rest = std::string_view(plain).substr(at + 5);
    if (!rest.starts_with("iz") && !rest.starts_with("is")) return true;
  }
  return false;
}

std::vector<secret_range> secret_ranges(std::string_view text) {
  std::vector<secret_range> ranges;
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with("://")) {
      at += 3;
      const std::size_t host = host_after(text, at);
      if (host != at) ranges.push_back({at, host});
      at = host;
      continue;
    }
    if (!in_name(text[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && in_name(text[end])) ++end;
    const std::string_view name = text.substr(at, end - at);
    const bool option = name.starts_with('-') && (at == 0 || !in_name(text[at - 1]));
    at = end;
    if (!secret_name(name)) {
      if (end >= text.size() || text[end] != ':') continue;
      // Behind slashes it is an address's host.
      if (end - name.size() > 0 && text[end - name.size() - 1] == '/') continue;
      const secret_range login = login_after(text, name, end);
      if (login.begin == login.end) continue;
      ranges.push_back(login);
      at = login.end;
      continue;
    }
    const value_place value = value_after(text, end, option);
    if (value.start == std::string_view::npos) continue;
    const std::size_t value_end = end_of_value(text, value.start, value.quote);
    if (value_end == value.start) continue;
    ranges.push_back({value.start, value_end});
    at = value_end;
  }
  return ranges;
}

std::string masked_text(std::string_view text) {
  std::string shown;
  std::size_t at = 0;
  for (const secret_range& secret : secret_ranges(text)) {
    shown += text.substr(at, secret.begin - at);
    shown += mask;
    at = secret.end;
  }
  shown += text.substr(at);
  return shown;
}

std::vector<std::string> masked_arguments(const std::vector<std::string>& arguments) {
  std::vector<std::string> shown;
  shown.reserve(arguments.size());
  bool value_of_secret = false;
  for (const std::string& argument : arguments) {
    const std::string_view text = argument;
    const std::size_t name_end = static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), in_name) - text.begin());
    const bool secret = secret_name(text.substr(0, name_end));
    if (value_of_secret) {
      shown.emplace_back(mask);
      value_of_secret = false;
    } else if (secret && name_end < text.size() && text[name_end] == '=') {
      shown.push_back(std::string(text.substr(0, name_end + 1)).append(mask));
    } else {
      value_of_secret = secret && name_end == text.size() && text.starts_with('-');
      shown.push_back(masked_text(text));
    }
  }
  return shown;
}

}  // namespace dm::io
