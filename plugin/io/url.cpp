// URLs put together and shown: encoding, and what of them may stand in a message.
// SPDX-License-Identifier: Apache-2.0
#include "io/url.h"

#include <algorithm>

#include "io/ascii_case.h"
#include "io/secret.h"
#include "io/visible_text.h"

namespace dm::io {

namespace {

// Where the authority ends and the path, query or fragment begins.
struct parts {
  std::string_view scheme;     // with "://"
  std::string_view authority;  // without credentials
  std::string_view rest;
};

parts split(std::string_view url) {
  parts p;
  const std::size_t mark = url.find("://");
  if (mark != std::string_view::npos) {
    p.scheme = url.substr(0, mark + 3);
    url.remove_prefix(mark + 3);
  }
  const std::size_t end = std::min(url.find_first_of("/?#"), url.size());
  p.authority = url.substr(0, end);
  p.rest = url.substr(end);
  const std::size_t at = p.authority.rfind('@');
  if (at != std::string_view::npos) p.authority.remove_prefix(at + 1);
  return p;
}

// Also what signs a request, or acts for its sender.
bool speaks_of_a_secret(std::string_view name) {
  const std::string lower = lower_ascii(name);
  return secret_name(name) || lower.find("delegation") != std::string::npos ||
         lower.find("signature") != std::string::npos;
}

}  // namespace

std::string percent_encode(std::string_view text, bool keep_slashes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string encoded;
  encoded.reserve(text.size());
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved || (keep_slashes && c == '/')) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
  }
  return encoded;
}

std::string url_origin(std::string_view url) {
  const parts p = split(url);
  return visible_text(p.scheme) + visible_text(p.authority);
}

std::string printable_url(std::string_view url) {
  const parts p = split(url);
  std::string_view rest = p.rest.substr(0, p.rest.find('#'));
  const std::size_t question = rest.find('?');
  std::string shown =
      visible_text(p.scheme) + visible_text(p.authority) + visible_text(rest.substr(0, question));
  if (question == std::string_view::npos) return shown;
  std::string_view query = rest.substr(question + 1);
  char separator = '?';
  while (!query.empty()) {
    const std::string_view parameter = query.substr(0, query.find('&'));
    const std::string_view name = parameter.substr(0, parameter.find('='));
    shown += separator;
    shown += speaks_of_a_secret(name) ? visible_text(name) + "=***" : visible_text(parameter);
    separator = '&';
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
  }
  return shown;
}

}  // namespace dm::io
