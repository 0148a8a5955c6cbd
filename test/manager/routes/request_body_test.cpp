// Bodies of requests.
// SPDX-License-Identifier: Apache-2.0
#include "routes/request_body.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

http_request with(const std::string& body,
                  std::vector<std::pair<std::string, std::string>> query = {}) {
  http_request request;
  request.query = std::move(query);
  request.read_body = [body](const std::function<void(std::string_view)>& receive) {
    receive(body);
  };
  return request;
}

std::size_t problems_of(const http_request& request, const std::vector<body_member>& members) {
  try {
    read_body(request, 1000, members);
  } catch (const failure& why) {
    return why.problems().size();
  }
  return 0;
}

}  // namespace

TEST_CASE("no body is an empty object, what is no object is refused") {
  CHECK(read_body(with(" \n"), 1000, {}).ObjectEmpty());
  CHECK_THROWS_AS(read_body(with("[1]"), 1000, {}), failure);
  CHECK_THROWS_AS(read_body(with("{"), 1000, {}), failure);
  CHECK_THROWS_AS(read_body(with(std::string(2000, ' ')), 1000, {}), failure);
}

TEST_CASE("members come from the body or the query") {
  const auto body =
      read_body(with(R"({"force":true})", {{"operation", "x"}, {"kill", "false"}}), 1000,
                {flag_member("force"), flag_member("kill"), operation_member()});
  CHECK(body["force"].GetBool());
  CHECK_FALSE(body["kill"].GetBool());
  CHECK(body["operation"] == "x");
}

TEST_CASE("everything that is wrong is said at once") {
  const std::vector<body_member> members = {flag_member("force"), operation_member(),
                                            format_member(), component_member()};
  CHECK(problems_of(with(R"({"force":1,"operation":"a/b","format":"x","component":7,"y":0})"),
                    members) == 5);
  CHECK(problems_of(with("", {{"force", "maybe"}}), members) == 1);
  CHECK(problems_of(with(R"({"operation":")" + std::string(64, 'a') + R"("})"), members) == 0);
  CHECK(problems_of(with(R"({"operation":")" + std::string(65, 'a') + R"("})"), members) == 1);
}

TEST_CASE("what is allowed is named once") {
  try {
    read_body(with("", {{"bogus", "1"}}), 1000, {flag_member("wait")});
    FAIL("it was let through");
  } catch (const failure& refused) {
    CHECK(std::string(refused.what()).find("wait, wait") == std::string::npos);
    CHECK(std::string(refused.what()).find("user.name, wait") != std::string::npos);
  }
}

TEST_CASE("a member is given in the query or in the body") {
  const auto both = with(R"({"force":true})", {{"force", "false"}});
  CHECK(problems_of(both, {flag_member("force")}) == 1);
  const auto twice = with("", {{"force", "true"}, {"force", "true"}});
  CHECK(problems_of(twice, {flag_member("force")}) == 1);
}

TEST_CASE("a member that is given twice is refused with its path, at every depth") {
  const auto refusal = [](const std::string& body) {
    try {
      read_object(with(body), 1000);
    } catch (const failure& why) {
      return std::string(why.what());
    }
    return std::string();
  };
  CHECK_THAT(refusal(R"({"wait":true,"wait":false})"), Catch::Matchers::Contains("$.wait"));
  CHECK_THAT(refusal(R"({"flink":{"main":{"p":1,"q":[{"a":1,"a":2}],"p":1}}})"),
             Catch::Matchers::Contains("$.flink.main.p") &&
                 Catch::Matchers::Contains("$.flink.main.q[0].a"));
  CHECK(refusal(R"({"a":{"x":1},"b":{"x":1}})").empty());
}
