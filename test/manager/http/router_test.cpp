// Finding the handler of a request.
// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

http_response says(const std::string& text) {
  http_response response;
  response.body = text;
  return response;
}

http_response ask(const router& routes, const std::string& method, const std::string& path) {
  http_request request;
  request.method = method;
  request.path = parse_target(path)->path;
  return routes.dispatch(request);
}

std::string header(const http_response& response, const std::string& name) {
  for (const auto& [known, value] : response.headers) {
    if (known == name) return value;
  }
  return {};
}

}  // namespace

TEST_CASE("literal parts win, methods count, parameters arrive") {
  router routes;
  routes.add("GET", "/a/{name}/status",
             [](const http_request& r) { return says("status " + r.parameter("name")); });
  routes.add("GET", "/a/{name}/{word}",
             [](const http_request& r) { return says("word " + r.parameter("word")); });
  routes.add("POST", "/a/{name}/{word}",
             [](const http_request& r) { return says("post " + r.parameter("word")); });
  routes.add("GET", "/boom",
             [](const http_request&) -> http_response { throw std::runtime_error("boom"); });
  CHECK(ask(routes, "GET", "/a/x/status").body == "status x");
  CHECK(ask(routes, "HEAD", "/a/x/status").body == "status x");
  CHECK(ask(routes, "GET", "/a/x/other").body == "word other");
  CHECK(ask(routes, "POST", "/a/x/status").body == "post status");
  CHECK(ask(routes, "GET", "/a/x").status == 404);
  CHECK(ask(routes, "GET", "/a//status").status == 404);
  const auto refused = ask(routes, "DELETE", "/a/x/status");
  CHECK(refused.status == 405);
  CHECK(header(refused, "Allow") == "GET, HEAD, OPTIONS, POST");
  const auto options = ask(routes, "OPTIONS", "/a/x/status");
  CHECK(options.status == 204);
  CHECK(header(options, "Allow") == "GET, HEAD, OPTIONS, POST");
  const auto broken = ask(routes, "GET", "/boom");
  CHECK(broken.status == 500);
  CHECK(broken.body == R"({"status":"UNKNOWN","information":"boom"})");
}

TEST_CASE("what a route needs follows from its method, or is said") {
  router routes;
  const auto handler = [](const http_request&) { return says(""); };
  routes.add("GET", "/read", handler);
  routes.add("POST", "/write", handler);
  routes.add("POST", "/plan", handler, {.needed = role::read, .lane = route_lane::outside});
  routes.add("GET", "/open", handler, {.open = true});
  routes.add("GET", "/either", handler, {.lane_of = [](const http_request& request) {
               return request.query.empty() ? route_lane::quick : route_lane::outside;
             }});
  const auto found = [&](const std::string& method, const std::string& target) {
    http_request request;
    request.method = method;
    auto parsed = parse_target(target);
    request.path = parsed->path;
    request.query = parsed->query;
    return routes.find(request);
  };
  CHECK(found("GET", "/read").match->needed == role::read);
  CHECK(found("GET", "/read").lane == route_lane::quick);
  CHECK(found("POST", "/write").match->needed == role::operate);
  CHECK(found("POST", "/write").lane == route_lane::write);
  CHECK(found("POST", "/plan").match->needed == role::read);
  CHECK(found("POST", "/plan").lane == route_lane::outside);
  CHECK(found("HEAD", "/open").match->open);
  CHECK_FALSE(found("GET", "/read").match->open);
  CHECK(found("GET", "/either?x=1").lane == route_lane::outside);
  CHECK(found("GET", "/nothing").match == nullptr);
}
