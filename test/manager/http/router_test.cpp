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
  CHECK(header(refused, "Allow") == "GET, OPTIONS, POST");
  const auto options = ask(routes, "OPTIONS", "/a/x/status");
  CHECK(options.status == 204);
  CHECK(header(options, "Access-Control-Max-Age") == "86400");
  CHECK(header(options, "Access-Control-Allow-Origin") == "*");
  const auto broken = ask(routes, "GET", "/boom");
  CHECK(broken.status == 500);
  CHECK(broken.body == R"({"status":"UNKNOWN","information":"boom"})");
}
