// What a request may not contain (INV-8): refused before anything is sent.
#include "io/transfer.h"

#include <catch2/catch.hpp>

using namespace dm::io;
using dm::status_code;

namespace {

dm::result<void> prepared(http_request request) {
  transfer one;
  return one.prepare(std::move(request), 0);
}

http_request to(const std::string& url) {
  http_request request;
  request.url = url;
  return request;
}

}  // namespace

TEST_CASE("a URL with a blank or a line break is refused") {
  for (const char* url : {"http://h/a b", "http://h/a\r\nX: y", "http://h/\x7f"}) {
    const auto ready = prepared(to(url));
    REQUIRE_FALSE(ready);
    CHECK(ready.error().code == status_code::invalid_argument);
  }
  CHECK(prepared(to("http://h/a%20b")));
}

TEST_CASE("a header that is none, or would be two, is refused without its value in the message") {
  for (const char* header :
       {"no colon", ": empty", "X Y: z", "X: SECRET\r\nInjected: 1", "X: SECRET\n"}) {
    INFO(header);
    http_request request = to("http://h/");
    request.headers = {header};
    const auto ready = prepared(request);
    REQUIRE_FALSE(ready);
    CHECK(ready.error().code == status_code::invalid_argument);
    CHECK(ready.error().text().find("SECRET") == std::string::npos);
  }
}

TEST_CASE("a method is a word") {
  for (const char* method : {"", "GET /", "A\r\nB"}) {
    http_request request = to("http://h/");
    request.method = method;
    CHECK_FALSE(prepared(request));
  }
}

TEST_CASE("schemes other than http and https are refused") {
  http_client http;
  for (const char* url : {"file:///etc/passwd", "ftp://h/", "gopher://h/", "", "http://"}) {
    INFO(url);
    const auto answer = http.perform(operation::within(std::chrono::seconds(10)), to(url));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == status_code::invalid_argument);
  }
}
