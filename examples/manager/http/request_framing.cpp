// What the server refuses by a request's head alone.
// SPDX-License-Identifier: Apache-2.0
#include "http/request_framing.h"

#include "base/names.h"
#include "http/error_body.h"

#include <fmt/format.h>
#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace manager {
namespace {

constexpr std::array<std::string_view, 6> known_methods = {"GET",  "HEAD",   "PUT",
                                                           "POST", "DELETE", "OPTIONS"};

bool same(std::string_view left, std::string_view right) {
  return boost::beast::iequals({left.data(), left.size()}, {right.data(), right.size()});
}

}  // namespace

// Two parties that disagree about where a request ends can be played against each other: whatever
// is ambiguous is refused, even where this server would be sure.
std::optional<http_response> refused_framing(const http_head& head, const http_limits& limits,
                                             bool old_client) {
  if (head.fields.size() > limits.header_fields) {
    return refusal(431, fmt::format("the request has {} header fields; {} are accepted",
                                    head.fields.size(), limits.header_fields));
  }
  if (head.target.size() > limits.target_bytes) {
    return refusal(414, fmt::format("the address is longer than {} bytes", limits.target_bytes));
  }
  if (std::find(known_methods.begin(), known_methods.end(), head.method) == known_methods.end()) {
    http_response response = refusal(
        405, fmt::format("{} is not a method of this server (allowed: DELETE, GET, HEAD, OPTIONS, "
                         "POST, PUT)",
                         printable(head.method, 40)));
    response.headers.emplace_back("Allow", "DELETE, GET, HEAD, OPTIONS, POST, PUT");
    return response;
  }
  const auto lengths = head.values("content-length");
  const auto codings = head.values("transfer-encoding");
  if (lengths.size() > 1) return refusal(400, "the request has more than one Content-Length");
  if (!lengths.empty() && !codings.empty()) {
    return refusal(400, "the request has both Content-Length and Transfer-Encoding");
  }
  if (codings.size() > 1 || (!codings.empty() && (old_client || !same(codings[0], "chunked")))) {
    return refusal(400, "Transfer-Encoding is accepted as \"chunked\" only, of HTTP/1.1");
  }
  for (const std::string_view coding : head.values("content-encoding")) {
    if (same(coding, "identity")) continue;
    return refusal(415, "send the content as it is, without Content-Encoding");
  }
  const auto hosts = head.values("host");
  if (hosts.size() > 1 || (hosts.empty() && !old_client)) {
    return refusal(400, "the request needs one Host header");
  }
  if (!parse_target(head.target)) {
    return refusal(400,
                   "the address is not well-formed: a path with correct percent-encoding of "
                   "UTF-8");
  }
  return std::nullopt;
}

}  // namespace manager
