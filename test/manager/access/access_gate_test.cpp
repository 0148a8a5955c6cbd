// The whole door, from outside: nothing without a proof, no page of another origin, no form.
// SPDX-License-Identifier: Apache-2.0
#include "access/access_gate.h"

#include "access/tokens.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/raw_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace manager_test;
using manager::role;

namespace {

const std::vector<std::string> some_requests = {"GET /applications",
                                                "GET /applications/x/summary",
                                                "GET /nothing",
                                                "POST /applications/x/start",
                                                "DELETE /applications/x",
                                                "PUT /packages/a-1.0.0",
                                                "PUT /repository/packages/a-1.0.0.tar.gz",
                                                "OPTIONS /applications",
                                                "GET /selftest/all",
                                                "POST /applications/x/plan"};

}  // namespace

TEST_CASE("without a credential nothing answers") {
  manager_fixture dm;
  const std::string token =
      manager::create_token(dm.directory() / "tokens", "daemon",
                            {role::read, role::deploy, role::operate}, std::chrono::hours(1), "");
  dm.configure("access", R"({"token_file":"tokens"})");
  dm.configure("listen", R"({"socket":{"path":""},"tcp":[{"port":0,"authentication":["token"]}]})");
  dm.start();
  for (const std::string& line : some_requests) {
    INFO(line);
    const std::string answer = converse(dm.port(), request(line + "?user.name=root"));
    CHECK(status_of(answer) == 401);
    CHECK(answer.find("WWW-Authenticate: Bearer") != std::string::npos);
    CHECK(answer.find("X-Request-Id: ") != std::string::npos);
  }
  const std::string proof = "Authorization: Bearer " + token + "\r\n";
  CHECK(status_of(converse(dm.port(), request("GET /applications", proof))) == 200);
  CHECK(status_of(converse(dm.port(), request("GET /nothing", proof))) == 404);
  CHECK(status_of(converse(dm.port(), request("GET /applications?user.name=root", proof))) == 403);
  CHECK(status_of(converse(dm.port(), request("POST /applications/x/start", proof))) == 404);
}

TEST_CASE("a token's roles end where they end") {
  manager_fixture dm;
  const std::string token = manager::create_token(dm.directory() / "tokens", "daemon", {role::read},
                                                  std::chrono::hours(1), "");
  dm.configure("access", R"({"token_file":"tokens","administrators":["daemon"]})");
  dm.configure("listen", R"({"socket":{"path":""},"tcp":[{"port":0,"authentication":["token"]}]})");
  dm.start();
  const std::string proof = "Authorization: Bearer " + token + "\r\n";
  CHECK(status_of(converse(dm.port(), request("GET /applications", proof))) == 200);
  for (const char* line :
       {"POST /applications/x/start", "PUT /packages/a-1.0.0", "DELETE /applications/x"}) {
    CHECK(status_of(converse(dm.port(), request(line, proof))) == 403);
  }
}

TEST_CASE("a page of another origin changes nothing and reads nothing") {
  manager_fixture dm;
  dm.start();
  for (const std::string& line : some_requests) {
    INFO(line);
    const std::string answer =
        converse(dm.port(), request(line + "?user.name=daemon", "Origin: http://evil.example\r\n"));
    CHECK(status_of(answer) == 403);
    CHECK(answer.find("Access-Control-Allow") == std::string::npos);
  }
  const std::string preflight =
      converse(dm.port(), request("OPTIONS /applications/x",
                                  "Origin: http://evil\r\nAccess-Control-Request-Method: PUT\r\n"));
  CHECK(status_of(preflight) == 403);
  CHECK(preflight.find("Access-Control-Allow") == std::string::npos);
  const std::string bent = converse(
      dm.port(), "GET /applications HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  CHECK(status_of(bent) == 421);
}

TEST_CASE("a listed origin may; the answer says so") {
  manager_fixture dm;
  dm.configure("access", R"({"allowed_origins":["http://console.example"]})");
  dm.start();
  const std::string answer =
      converse(dm.port(), request("GET /applications", "Origin: http://console.example\r\n"));
  CHECK(status_of(answer) == 200);
  CHECK(answer.find("Access-Control-Allow-Origin: http://console.example") != std::string::npos);
}

TEST_CASE("what a form can send is no request") {
  manager_fixture dm;
  dm.start();
  for (const char* type :
       {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""}) {
    const std::string field = *type == '\0' ? "" : fmt::format("Content-Type: {}\r\n", type);
    const std::string answer = converse(
        dm.port(),
        request("POST /applications/x/start?user.name=daemon", field + "Content-Length: 2\r\n") +
            "{}");
    CHECK(status_of(answer) == 415);
  }
  const std::string json =
      converse(dm.port(), request("POST /applications/x/start?user.name=daemon",
                                  "Content-Type: application/JSON; charset=utf-8\r\n"
                                  "Content-Length: 2\r\n") +
                              "{}");
  CHECK(status_of(json) == 404);
  CHECK(status_of(converse(dm.port(), request("POST /applications/x/start?user.name=daemon"))) ==
        404);
}

TEST_CASE("on the socket the peer is the user, and root administers") {
  manager_fixture dm;
  dm.configure("listen", R"({"socket":{"path":"socket"}})");
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  const auto ask = [&](const std::string& line) {
    raw_client client(dm.directory() / "socket");
    client.send(request(line));
    return status_of(client.receive());
  };
  CHECK(ask("GET /applications") == 200);
  CHECK(ask("PUT /packages/app-1.0.0") == 202);
  CHECK(ask("POST /applications/x/start?user.name=daemon") == 404);
  CHECK(ask("POST /applications/x/start?user.name=no-such-account") == 403);
}

TEST_CASE("user.name twice is refused whatever it says") {
  manager_fixture dm;
  dm.start();
  CHECK(dm.get("/applications?user.name=daemon&user.name=daemon").status == 400);
  CHECK(dm.get("/applications?user.name=root&user%2Ename=daemon").status == 400);
}
