// The head of a request as the parser has left it.
// SPDX-License-Identifier: Apache-2.0
#include "http/request_head.h"

#include "http/error_body.h"
#include "io/ascii_case.h"

#include <fmt/format.h>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace manager {

void take_head(const http_wire::parser& from, http_head& head) {
  const auto& message = from.get();
  head.method = std::string(message.method_string());
  head.target = std::string(message.target());
  for (const auto& field : message.base()) {
    head.fields.emplace_back(dm::io::lower_ascii(std::string_view(field.name_string())),
                             std::string(field.value()));
  }
  head.has_body = !from.is_done();
  head.announced_bytes = from.content_length_remaining().value_or(0);
}

http_response refused_head(const http_wire::error& failed, bool timed_out,
                           const http_limits& limits) {
  namespace http = boost::beast::http;
  if (timed_out) return refusal(408, "the request's header did not come in time");
  if (failed == http::error::header_limit || failed == http::error::buffer_overflow) {
    return refusal(
        431, fmt::format("the request's header is longer than {} bytes", limits.header_bytes));
  }
  return refusal(400, fmt::format("the request is not understood: {}", failed.message()));
}

}  // namespace manager
