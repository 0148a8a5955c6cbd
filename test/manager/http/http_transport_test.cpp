// TLS, by real handshakes: who is believed, on both sides.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_transport.h"

#include "http/http_server.h"
#include "support/certificates.h"
#include "support/manager_fixture.h"
#include "support/open_gate.h"
#include "support/package_builder.h"
#include "support/raw_client.h"
#include "support/tls_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using namespace manager;
using namespace manager_test;
using Catch::Matchers::Contains;

namespace {

router one_route() {
  router routes;
  routes.add("GET", "/there", [](const http_request&) { return http_response::accepted(); });
  return routes;
}

// A Deployment Manager that lets in who shows a certificate that `clients` has signed.
void take_certificates(manager_fixture& dm, const certificate_files& own,
                       const certificate_authority& clients) {
  dm.configure(
      "listen",
      fmt::format(R"({{"socket":{{"path":""}},"tcp":[{{"port":0,)"
                  R"("authentication":["certificate"],"certificate":{},"key":{},)"
                  R"("client_ca":{}}}]}})",
                  json::quote(own.certificate), json::quote(own.key), json::quote(clients.file())));
}

}  // namespace

TEST_CASE("who knows the authority is served over TLS; who knows another one believes nothing") {
  const temporary_directory directory;
  const certificate_authority authority(directory.path(), "authority");
  const certificate_authority other(directory.path(), "other");
  const auto own = authority.issue("server", "server", "IP:127.0.0.1");
  const router routes = one_route();
  open_gate gate;
  auto options = any_port();
  options.listeners[0].tls = tls_files{own.certificate, own.key, ""};
  http_server server(options, routes, gate);
  server.start();
  CHECK(server.addresses()[0].starts_with("https://127.0.0.1:"));
  const auto served = ask_over_tls(server.port(), authority.file(), "GET", "/there");
  INFO(served.problem);
  CHECK(served.status == 202);
  const auto fooled = ask_over_tls(server.port(), other.file(), "GET", "/there");
  CHECK(fooled.status == 0);
  CHECK_FALSE(fooled.problem.empty());
  CHECK(status_of(converse(server.port(), request("GET /there"))) == 0);
  CHECK(gate.finished == 1);
}

TEST_CASE("a server whose certificate is of another name, or has expired, is not believed") {
  const temporary_directory directory;
  const certificate_authority authority(directory.path(), "authority");
  certificate_files own;
  SECTION("another name") { own = authority.issue("server", "127.0.0.1", "DNS:dm.example"); }
  SECTION("expired") {
    own = authority.issue("server", "server", "IP:127.0.0.1", std::chrono::hours(-1));
  }
  const router routes = one_route();
  open_gate gate;
  auto options = any_port();
  options.listeners[0].tls = tls_files{own.certificate, own.key, ""};
  http_server server(options, routes, gate);
  server.start();
  const auto answer = ask_over_tls(server.port(), authority.file(), "GET", "/there");
  CHECK(answer.status == 0);
  CHECK_FALSE(answer.problem.empty());
}

TEST_CASE("a client's certificate says who asks; without one, or with another's, nobody does") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  const certificate_authority servers(dm.directory().path(), "servers");
  const certificate_authority clients(dm.directory().path(), "clients", "clients");
  // Of the same name, but not the same key.
  const certificate_authority impostor(dm.directory().path(), "impostor", "clients");
  take_certificates(dm, servers.issue("server", "server", "IP:127.0.0.1"), clients);
  dm.start();
  const auto ask = [&](const std::string& method, const std::string& path,
                       const certificate_files& own) {
    return ask_over_tls(dm.port(), servers.file(), method, path, own);
  };
  const auto daemon = clients.issue("daemon", "daemon");
  CHECK(ask("PUT", "/packages/app-1.0.0?wait=60", daemon).status == 200);
  const auto package = ask("GET", "/packages/app-1.0.0", daemon);
  CHECK(package.status == 200);
  CHECK(package.body.find(R"("user":"daemon")") != std::string::npos);
  CHECK(ask("GET", "/packages?user.name=root", daemon).status == 403);
  // Signed, but no account: it reads.
  const auto dashboard = clients.issue("dashboard", "no-such-dashboard");
  CHECK(ask("GET", "/packages", dashboard).status == 200);
  CHECK(ask("DELETE", "/packages/app-1.0.0", dashboard).status == 403);
  CHECK(ask("GET", "/packages", {}).status == 401);
  CHECK(ask("GET", "/packages?user.name=daemon", {}).status == 401);
  for (const certificate_files& bad :
       {impostor.issue("false-daemon", "daemon"), servers.issue("server-daemon", "daemon"),
        clients.issue("old-daemon", "daemon", "", std::chrono::hours(-1))}) {
    INFO(bad.certificate);
    const auto refused = ask("GET", "/packages", bad);
    CHECK(refused.status == 0);
    CHECK_FALSE(refused.problem.empty());
  }
  CHECK(ask("GET", "/packages/app-1.0.0/status", daemon).body.find("DEPLOYED") !=
        std::string::npos);
}

TEST_CASE("files that do not fit are told by their names") {
  const temporary_directory directory;
  const certificate_authority authority(directory.path(), "authority");
  const auto one = authority.issue("one", "one");
  const auto two = authority.issue("two", "two");
  CHECK_NOTHROW(make_tls_context({one.certificate, one.key, authority.file()}));
  CHECK_THROWS_WITH(make_tls_context({one.certificate, two.key, ""}), Contains("two.key"));
  write_file(directory / "garbage.pem", "garbage");
  const std::string garbage = (directory / "garbage.pem").string();
  CHECK_THROWS_WITH(make_tls_context({garbage, one.key, ""}), Contains("garbage.pem"));
  CHECK_THROWS_WITH(make_tls_context({one.certificate, garbage, ""}), Contains("garbage.pem"));
  CHECK_THROWS_WITH(make_tls_context({one.certificate, one.key, garbage}),
                    Contains("client_ca: ") && Contains("garbage.pem"));
}
