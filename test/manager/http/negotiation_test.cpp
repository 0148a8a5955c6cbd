// What clients say of the form in which they want an answer.
// SPDX-License-Identifier: Apache-2.0
#include "http/negotiation.h"

#include "http/response_text.h"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace manager;

namespace {

bool has_header(const http_response& response, const std::string& name, const std::string& value) {
  return std::find(response.headers.begin(), response.headers.end(), std::pair(name, value)) !=
         response.headers.end();
}

}  // namespace

TEST_CASE("a page is asked for by name only") {
  CHECK(accepts_html("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"));
  CHECK(accepts_html("application/json, TEXT/HTML ;q=0.2"));
  for (const char* other : {"", "*/*", "text/*", "application/json", "text/html;q=0",
                            "text/html;q=0.0", "text/htmlx", "x,text/html ; charset=x ; Q=0.000"}) {
    INFO(other);
    CHECK_FALSE(accepts_html(other));
  }
}

TEST_CASE("gzip is sent to who names it") {
  CHECK(accepts_gzip("gzip, deflate, br"));
  CHECK(accepts_gzip("br;q=1.0,gzip;q=0.5"));
  for (const char* other : {"", "*", "identity", "gzip;q=0", "deflate", "xgzip", ",;,;"}) {
    INFO(other);
    CHECK_FALSE(accepts_gzip(other));
  }
}

TEST_CASE("a tag is known, weak or not, alone or among others") {
  CHECK(knows_tag("\"a\"", "\"a\""));
  CHECK(knows_tag("\"b\", W/\"a\"", "\"a\""));
  CHECK(knows_tag(" * ", "\"a\""));
  for (const char* other : {"", "a", "\"A\"", "\"aa\"", ","}) {
    INFO(other);
    CHECK_FALSE(knows_tag(other, "\"a\""));
  }
}

TEST_CASE("what is short or not wanted so is sent as it is") {
  http_request request;
  http_response response;
  response.body = std::string(5000, 'x');
  compress(response, request);
  CHECK(response.body.size() == 5000);
  CHECK(has_header(response, "Vary", "Accept-Encoding"));
  request.accept_encoding = "gzip";
  compress(response, request);
  CHECK(response.body.size() < 200);
  CHECK(has_header(response, "Content-Encoding", "gzip"));
  http_response small;
  small.body = "{}";
  compress(small, request);
  CHECK(small.body == "{}");
}

TEST_CASE(
    "an answer without a body says nothing of its length, and what may be kept says so itself") {
  http_response response;
  response.status = 304;
  response.headers = {{"Cache-Control", "no-cache"}};
  const std::string text = head_text(response, {});
  CHECK(text.find("Content-Length") == std::string::npos);
  CHECK(text.find("no-store") == std::string::npos);
  CHECK(text.find("Cache-Control: no-cache\r\n") != std::string::npos);
  CHECK(head_text(http_response(), {}).find("Cache-Control: no-store\r\n") != std::string::npos);
}
