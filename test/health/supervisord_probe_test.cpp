// supervisord: there, away, behind a password, behind a socket.
// SPDX-License-Identifier: Apache-2.0
#include "health/supervisord_probe.h"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "../io/temporary_directory.h"
#include "fake/supervisord.h"
#include "looking.h"

using namespace dm::health;
using dm::test::look;
using dm::test::number;
using dm::test::tells;
namespace fake = dm::fake;

namespace {

finding looked(const std::string& url, const std::string& user = {},
               const std::string& password = {}) {
  dm::io::http_client http;
  supervisord_probe probe(http, {url, user, password}, std::chrono::seconds(20));
  return look(http, probe);
}

}  // namespace

TEST_CASE("one that answers is OK, by TCP and by a socket") {
  dm::fake::supervisord by_tcp;
  fake::supervised_process guard;
  guard.name = "flink.a.b.c";
  guard.state = "RUNNING";
  by_tcp.add(guard);
  const finding found = looked(by_tcp.url());
  CHECK(found.severity() == level::ok);
  CHECK(number(found, "flink.supervisord_available_success") == 1);
  const dm::test::temporary_directory place;
  const dm::fake::supervisord by_socket("", place / "s.sock");
  CHECK(looked("unix://" + (place / "s.sock")).severity() == level::ok);
}

TEST_CASE("a wrong password could not be told, and is in no cause (INV-7)") {
  dm::fake::supervisord server;
  server.require_login("ada", "tiger");
  CHECK(looked(server.url(), "ada", "tiger").severity() == level::ok);
  const finding found = looked(server.url(), "ada", "lion-secret");
  CHECK(tells(found, level::warn, "does not let this program in"));
  CHECK(found.causes.front().text.find("lion-secret") == std::string::npos);
}

TEST_CASE("one that is away, or somebody else, is an ERROR") {
  dm::fake::supervisord server;
  const std::string url = server.url();
  server.server().stop();
  const finding found = looked(url);
  CHECK(found.severity() == level::error);
  CHECK(number(found, "flink.supervisord_available_ms") == -1);
  const dm::fake::http_server other(
      [](const dm::fake::request&) { return dm::fake::text(200, "hello"); });
  CHECK(looked(other.address() + "/RPC2").severity() == level::error);
  CHECK(looked("unix:///no/such/socket").severity() == level::error);
}
