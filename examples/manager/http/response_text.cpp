// An answer's head, and chunks, as they go over the wire.
// SPDX-License-Identifier: Apache-2.0
#include "http/response_text.h"

#include <fmt/format.h>
#include <boost/beast/http/status.hpp>

#include <algorithm>
#include <iterator>

namespace manager {
namespace {

bool has(const http_response& response, std::string_view name) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [&](const auto& header) { return header.first == name; });
}

// A line break in a value would begin a field of its own.
void add(std::string& text, std::string_view name, std::string_view value) {
  if (value.find_first_of("\r\n") != std::string_view::npos) return;
  fmt::format_to(std::back_inserter(text), "{}: {}\r\n", name, value);
}

}  // namespace

std::string head_text(const http_response& response, const response_framing& framing) {
  const auto code = static_cast<unsigned>(response.status);
  const auto word = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(code));
  std::string text =
      fmt::format("HTTP/1.1 {} {}\r\n", code, std::string_view(word.data(), word.size()));
  const bool without_body = response.status == 204 || response.status == 304;
  if (!without_body && (!response.body.empty() || framing.unknown_length)) {
    add(text, "Content-Type", response.content_type);
  }
  if (framing.chunked) add(text, "Transfer-Encoding", "chunked");
  if (!framing.unknown_length && !without_body) {
    add(text, "Content-Length", fmt::to_string(response.body.size()));
  }
  add(text, "Connection", framing.keep ? "keep-alive" : "close");
  if (!has(response, "Cache-Control")) add(text, "Cache-Control", "no-store");
  add(text, "X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) add(text, name, value);
  text += "\r\n";
  return text;
}

std::string chunk(std::string_view bytes) {
  return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

}  // namespace manager
