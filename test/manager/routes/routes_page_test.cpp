// The page over HTTP: who gets it, and that programs get what they did.
// SPDX-License-Identifier: Apache-2.0
#include "access/tokens.h"
#include "support/manager_fixture.h"
#include "support/raw_client.h"

#include <catch2/catch.hpp>

using namespace manager_test;
using Catch::Matchers::Contains;

namespace {

const std::string browser = "Accept: text/html,*/*;q=0.8\r\n";

}  // namespace

TEST_CASE("a browser gets the page, everybody else the routes") {
  manager_fixture dm;
  dm.start();
  const std::string page = converse(dm.port(), request("GET /", browser));
  CHECK(status_of(page) == 200);
  CHECK_THAT(page, Contains("Content-Type: text/html") && Contains("frame-ancestors 'none'") &&
                       Contains("X-Content-Type-Options: nosniff") && Contains("Vary: Accept"));
  // A query that the page does not know is none of the Deployment Manager's business.
  CHECK(status_of(converse(dm.port(), request("GET /?user.name=daemon", browser))) == 200);
  for (const char* accept : {"", "Accept: */*\r\n", "Accept: application/json\r\n"}) {
    const std::string routes = converse(dm.port(), request("GET /", accept));
    CHECK_THAT(routes, Contains("Content-Type: application/json") && Contains("\"routes\""));
  }
  CHECK(status_of(converse(dm.port(), request("GET /page/page.css"))) == 200);
  CHECK(status_of(converse(dm.port(), request("GET /page/nothing.js"))) == 404);
  CHECK(status_of(converse(dm.port(), request("GET /page/..%2fmanager.json"))) == 404);
  CHECK(status_of(converse(dm.port(), request("HEAD /", browser))) == 200);
}

TEST_CASE("an unchanged file is not sent again") {
  manager_fixture dm;
  dm.start();
  const std::string first = converse(dm.port(), request("GET /page/page.js"));
  const std::size_t at = first.find("ETag: ") + 6;
  const std::string tag = first.substr(at, first.find("\r\n", at) - at);
  const std::string again =
      converse(dm.port(), request("GET /page/page.js", "If-None-Match: " + tag + "\r\n"));
  CHECK(status_of(again) == 304);
  CHECK(body_of(again).empty());
}

TEST_CASE("where tokens are the proof the page comes without one, and nothing else does") {
  manager_fixture dm;
  const std::string token = manager::create_token(dm.directory() / "tokens", "daemon",
                                                  {manager::role::read}, std::chrono::hours(1), "");
  dm.configure("access", R"({"token_file":"tokens"})");
  dm.configure("listen", R"({"socket":{"path":""},"tcp":[{"port":0,"authentication":["token"]}]})");
  dm.start();
  const std::string page = converse(dm.port(), request("GET /", browser));
  CHECK(status_of(page) == 200);
  CHECK_THAT(page, Contains("data-asks=\"token\""));
  CHECK(status_of(converse(dm.port(), request("GET /page/page.js"))) == 200);
  for (const char* line : {"GET /", "GET /page/other.js", "GET /whoami", "GET /fleet",
                           "GET /fleet/history-server", "POST /", "PUT /page/page.js"}) {
    INFO(line);
    CHECK(status_of(converse(dm.port(), request(line))) == 401);
  }
  CHECK(status_of(converse(dm.port(), request("GET /applications", browser))) == 401);
  const std::string proof = "Authorization: Bearer " + token + "\r\n";
  CHECK_THAT(converse(dm.port(), request("GET /", browser + proof)), Contains("data-asks=\"\""));
  CHECK(status_of(converse(dm.port(), request("GET /fleet", proof))) == 200);
}

TEST_CASE("where a browser proves by itself who asks, the page needs the proof as well") {
  manager_fixture dm;
  dm.configure("access", R"({"proxy":{"header":"X-Remote-User","from":["192.0.2.1"]}})");
  dm.configure("listen", R"({"socket":{"path":""},"tcp":[{"port":0,"authentication":["proxy"]}]})");
  dm.start();
  CHECK(status_of(converse(dm.port(), request("GET /", browser))) == 401);
  CHECK(status_of(converse(dm.port(), request("GET /page/page.js"))) == 401);
}

TEST_CASE("a page of another origin neither shows it nor fetches its parts") {
  manager_fixture dm;
  dm.start();
  const std::string frame =
      "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n";
  CHECK(status_of(converse(dm.port(), request("GET /", browser + frame))) == 403);
  const std::string script =
      "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n";
  CHECK(status_of(converse(dm.port(), request("GET /page/page.js", script))) == 403);
  const std::string link =
      "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n";
  CHECK(status_of(converse(dm.port(), request("GET /", browser + link))) == 200);
}
