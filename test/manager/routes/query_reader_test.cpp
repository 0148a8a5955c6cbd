// The query of a request: what every route refuses.
// SPDX-License-Identifier: Apache-2.0
#include "routes/query_reader.h"

#include "support/manager_fixture.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <map>
#include <regex>

using namespace manager;
using manager_test::manager_fixture;

namespace {

http_request asks(const std::string& target) {
  http_request request;
  request.query = parse_target(target)->query;
  return request;
}

std::map<std::string, std::string> allowed_by(const query_reader& query) {
  std::map<std::string, std::string> allowed;
  try {
    query.check();
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::failed_validation);
    for (const problem& one : why.problems()) allowed[one.path + " " + one.message] = one.allowed;
  }
  return allowed;
}

bool names(const json::document& body, const std::string& parameter, const std::string& what) {
  const json::value* details = json::find(body, "details");
  if (details == nullptr) return false;
  for (const auto& one : details->GetArray()) {
    if (one["path"] == parameter && json::text_of(one, "message") == what) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a parameter is read, or not given") {
  const auto request =
      asks("/x?count=7&kind=b,a&at=2024-05-01T12:00:00Z&all=true&component=main&none=");
  query_reader query(request, {"count", "kind", "at", "all", "component", "none"});
  CHECK(query.number("count", 1, 9) == 7);
  CHECK(query.words("kind", "a, b", [](std::string_view) { return true; }) ==
        std::vector<std::string>{"b", "a"});
  CHECK(query.time("at") == 1714564800000);
  CHECK(query.flag("all", false));
  CHECK(query.component() == "main");
  CHECK_FALSE(query.number("none", 1, 9));
  CHECK(query.flag("absent", true));
  query.check();
}

TEST_CASE("what is unknown, given twice or no value is refused, all at once") {
  const auto request = asks(
      "/x?count=10&kind=a,,c&at=2024-02-30T00:00:00Z&all=&component=a%20b&tail=1&tail=2&typo=1");
  query_reader query(request, {"count", "kind", "at", "all", "component", "tail"});
  query.number("count", 1, 9);
  query.words("kind", "a, b", [](std::string_view word) { return word == "a" || word == "b"; });
  query.time("at");
  query.flag("all", false);
  query.component();
  const auto allowed = allowed_by(query);
  CHECK(allowed.size() == 7);
  CHECK(allowed.at("count ") == "a whole number, 1 to 9");
  CHECK(allowed.at("kind ") == "a, b");
  CHECK(allowed.at("all ") == "true or false");
  CHECK(allowed.count("at ") == 1);
  CHECK(allowed.count("component ") == 1);
  CHECK(allowed.at("tail is given twice") == "once");
  CHECK(allowed.at("typo is not a known query parameter") ==
        "user.name, count, kind, at, all, component, tail");
}

TEST_CASE("every route refuses a query parameter that it does not know, or that is given twice") {
  manager_fixture dm;
  dm.configure("access", R"({"administrators":["daemon"]})");
  dm.start();
  const auto index = dm.get("/");
  const std::regex part("\\{[a-z]+\\}");
  for (const auto& one : index.json["routes"].GetArray()) {
    const std::string method = one["method"].GetString();
    std::string path = std::regex_replace(std::string(one["path"].GetString()), part, "x-1.0.0");
    if (path.starts_with("/operations/")) path = "/operations/" + std::string(32, 'a');
    if (path.starts_with("/repository/packages/")) path += ".tar.gz";
    const bool creates = method == "PUT" && path == "/applications/x-1.0.0";
    const std::string body = creates ? R"({"package":"x-1.0.0"})" : method == "POST" ? "{}" : "";
    INFO(method + " " + path);
    const auto unknown = dm.request(method, path + "?user.name=daemon&no-such=1&no-such=2", body);
    INFO(unknown.body);
    CHECK(unknown.status == 400);
    CHECK(names(unknown.json, "no-such", "is not a known query parameter"));
  }
  for (const char* path : {"/applications/x/logs/y?component=a&component=b", "/metrics?a&a",
                           "/applications/x/status?wait=1&wait=1", "/whoami?a=1&a=1"}) {
    CHECK(dm.get(path + std::string("&user.name=daemon")).status == 400);
  }
}
