// The head of a request as the parser has left it.
// SPDX-License-Identifier: Apache-2.0
#include "http/request_head.h"

#include <boost/beast/http/error.hpp>
#include <catch2/catch.hpp>

#include <string_view>

using namespace manager;

namespace {

http_head head_of(std::string_view text) {
  http_wire::parser parser;
  http_wire::error failed;
  parser.put(boost::asio::buffer(text.data(), text.size()), failed);
  REQUIRE(parser.is_header_done());
  http_head head;
  take_head(parser, head);
  return head;
}

}  // namespace

TEST_CASE("a head's fields are taken whole, their names in lower case, the same twice as two") {
  const http_head head = head_of(
      "PUT /applications/one?user.name=a HTTP/1.1\r\nHost: here\r\nX-User: a\r\nx-user: b\r\n"
      "Content-Length: 5\r\n\r\n");
  CHECK(head.method == "PUT");
  CHECK(head.target == "/applications/one?user.name=a");
  CHECK(head.values("host") == std::vector<std::string_view>{"here"});
  CHECK(head.values("x-user") == std::vector<std::string_view>{"a", "b"});
  CHECK(head.has_body);
  CHECK(head.announced_bytes == 5);
}

TEST_CASE("a head without a body says so") {
  const http_head head = head_of("GET / HTTP/1.1\r\nHost: here\r\n\r\n");
  CHECK_FALSE(head.has_body);
  CHECK(head.announced_bytes == 0);
}

TEST_CASE("a head that could not be read is refused by what was wrong with it") {
  namespace http = boost::beast::http;
  http_limits limits;
  limits.header_bytes = 1000;
  CHECK(refused_head(http::error::bad_target, false, limits).status == 400);
  CHECK(refused_head(http::error::bad_target, true, limits).status == 408);
  const http_response too_long = refused_head(http::error::header_limit, false, limits);
  CHECK(too_long.status == 431);
  CHECK_THAT(too_long.body, Catch::Contains("1000"));
}
