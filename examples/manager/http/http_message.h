// A request and its answer as the routes see them, without any HTTP library's types.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager {

struct http_request {
  std::string method;
  std::vector<std::string> path;  // its parts, percent-decoded: "/a/b" is {"a", "b"}
  std::vector<std::pair<std::string, std::string>> query;      // percent-decoded
  std::map<std::string, std::string, std::less<>> parameters;  // of the route's pattern
  std::string route;  // the pattern; the router sets it, empty while none matches
  /// Hands the body over piece by piece, once; throws what the receiver throws, and
  /// failure(failed_validation) when the sender breaks off.
  std::function<void(const std::function<void(std::string_view)>&)> read_body;

  const std::string& parameter(std::string_view name) const {
    return parameters.find(name)->second;
  }
  std::optional<std::string> query_value(std::string_view name) const;
  /// The whole body; throws failure(too_large) beyond `limit` bytes.
  std::string body_text(std::uint64_t limit) const;

  /// Who asks; nullopt is the anonymous caller.
  std::optional<std::string> user() const { return query_value("user.name"); }
  /// For writes: throws failure(failed_validation) where user.name is missing (N4).
  std::string required_user() const;
};

struct http_response {
  int status = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;

  static http_response of(const json::value& document, int status = 200);
  /// 202 with an empty body.
  static http_response accepted();
};

/// "/a%20b/c?x=1&y" -> parts and query. nullopt: broken percent-encoding or a NUL.
struct http_target {
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> query;
};
std::optional<http_target> parse_target(std::string_view target);

}  // namespace manager
