// Requests as routes see them.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_message.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("targets are split before they are decoded") {
  const auto target = parse_target("/a%2Fb/c+d?x=1+2&y&z=%26&x=3");
  REQUIRE(target);
  CHECK(target->path == std::vector<std::string>{"a/b", "c+d"});
  http_request request;
  request.query = target->query;
  CHECK(request.query_value("x") == "1 2");
  CHECK(request.query_value("y") == "");
  CHECK(request.query_value("z") == "&");
  CHECK_FALSE(request.query_value("none"));
}

TEST_CASE("what is not well-formed is refused") {
  for (const char* bad : {"", "a", "/%", "/%4", "/%zz", "/%00", "/a?x=%g0", "http://host/a"}) {
    INFO(bad);
    CHECK_FALSE(parse_target(bad));
  }
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "/a";
  CHECK_FALSE(parse_target(deep));
}

TEST_CASE("bodies are bounded") {
  http_request request;
  request.read_body = [](const std::function<void(std::string_view)>& receive) {
    receive("12345");
    receive("67890");
  };
  CHECK(request.body_text(10) == "1234567890");
  CHECK_THROWS_AS(request.body_text(9), failure);
}

TEST_CASE("what is for an account says so of what was asked, a read or a write") {
  for (const std::string method : {"GET", "POST"}) {
    http_request request;
    request.method = method;
    request.route = "/applications/{application}/incidents";
    try {
      static_cast<void>(request.required_user());
      FAIL("nobody asked");
    } catch (const failure& why) {
      CHECK(why.kind() == failure_kind::failed_validation);
      CHECK(std::string(why.what()) ==
            "Missing argument user.name: " + method +
                " /applications/{application}/incidents answers an account only; say which one "
                "asks, as query parameter user.name");
    }
  }
}

TEST_CASE("writes need a user") {
  http_request request;
  CHECK_THROWS_AS(request.required_user(), failure);
  CHECK_FALSE(request.user());
  request.who.user = "daemon";
  CHECK(request.required_user() == "daemon");
  CHECK(request.user() == "daemon");
}

TEST_CASE("a proven name that is no account reads like one that has none") {
  http_request request;
  request.who.user = "dashboard";
  request.who.has_account = false;
  CHECK_FALSE(request.user());
  CHECK(request.required_user() == "dashboard");
}
