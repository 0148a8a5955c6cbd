// A request and its answer as the routes see them.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_message.h"

#include "base/failure.h"

#include <fmt/format.h>
#include <boost/locale/utf.hpp>

namespace manager {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Whatever is echoed in an answer must be UTF-8, or the answer is no JSON.
bool is_utf8(const std::string& text) {
  using traits = boost::locale::utf::utf_traits<char>;
  for (auto at = text.begin(); at != text.end();) {
    const auto point = traits::decode(at, text.end());
    if (point == boost::locale::utf::illegal || point == boost::locale::utf::incomplete) {
      return false;
    }
  }
  return true;
}

std::optional<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_blank) {
      c = ' ';
    }
    if (c == '\0') return std::nullopt;
    result += c;
  }
  if (!is_utf8(result)) return std::nullopt;
  return result;
}

template <typename Take>
bool split(std::string_view text, char separator, Take take) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != separator) continue;
    if (!take(text.substr(begin, i - begin))) return false;
    begin = i + 1;
  }
  return true;
}

}  // namespace

std::optional<http_target> parse_target(std::string_view target) {
  http_target result;
  const std::size_t mark = target.find('?');
  const std::string_view path = target.substr(0, mark);
  if (!path.starts_with('/')) return std::nullopt;
  const bool good_path = split(path.substr(1), '/', [&](std::string_view part) {
    auto decoded = decode(part, false);
    if (decoded) result.path.push_back(std::move(*decoded));
    return result.path.size() <= 32 && decoded.has_value();
  });
  if (!good_path) return std::nullopt;
  if (mark == std::string_view::npos) return result;
  const bool good_query = split(target.substr(mark + 1), '&', [&](std::string_view pair) {
    if (pair.empty()) return true;
    const std::size_t equals = pair.find('=');
    auto name = decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                  : decode(pair.substr(equals + 1), true);
    if (!name || !value) return false;
    result.query.emplace_back(std::move(*name), std::move(*value));
    return true;
  });
  if (!good_query) return std::nullopt;
  return result;
}

std::optional<std::string> http_request::query_value(std::string_view name) const {
  for (const auto& [known, value] : query) {
    if (known == name) return value;
  }
  return std::nullopt;
}

std::string http_request::body_text(std::uint64_t limit) const {
  std::string text;
  read_body([&](std::string_view piece) {
    if (text.size() + piece.size() > limit) {
      throw failure(failure_kind::too_large,
                    fmt::format("the request's body is larger than {} bytes", limit));
    }
    text += piece;
  });
  return text;
}

std::optional<std::string> http_request::user() const {
  if (who.user.empty() || !who.has_account) return std::nullopt;
  return who.user;
}

const caller& http_request::required_caller() const {
  if (who.user.empty()) {
    // Reads, too: what is an owner's own is shown to whoever may see it.
    throw failure(
        failure_kind::failed_validation,
        fmt::format("Missing argument user.name: {} {} answers an account only; say which one "
                    "asks, as query parameter user.name",
                    method, route.empty() ? "this" : route));
  }
  return who;
}

http_response http_response::of(const json::value& document, int status) {
  http_response response;
  response.status = status;
  response.body = json::to_text(document);
  return response;
}

http_response http_response::accepted() {
  http_response response;
  response.status = 202;
  return response;
}

}  // namespace manager
