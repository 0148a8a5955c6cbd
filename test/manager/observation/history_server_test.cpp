// How the history server is.
// SPDX-License-Identifier: Apache-2.0
#include "observation/history_server.h"

#include "fake/http_server.h"

#include <catch2/catch.hpp>

using manager::history_server;
using manager::history_server_address;

namespace {

manager::json::document environment(const std::string& address) {
  manager::json::document made = manager::json::make_object();
  manager::json::set(made, "flink_history_server", address, made.GetAllocator());
  return made;
}

}  // namespace

TEST_CASE("its address ends in a slash") {
  CHECK(history_server_address(environment("host:8082")) == "http://host:8082/");
  CHECK(history_server_address(environment("https://knox/flinkhistory")) ==
        "https://knox/flinkhistory/");
  CHECK(history_server_address(environment("http://host:8082/")) == "http://host:8082/");
  for (const char* none : {"", "javascript:alert(1)", "host:port"}) {
    INFO(none);
    CHECK(history_server_address(environment(none)).empty());
  }
}

TEST_CASE("one that answers is asked once for many, and tells Flink's version") {
  dm::fake::http_server server([](const dm::fake::request& asked) {
    return dm::fake::json(asked.path == "/config" ? 200 : 404, R"({"flink-version":"1.20.5"})");
  });
  history_server one(environment(server.address()));
  CHECK(one.look().state == "OK");
  CHECK(one.look().version == "1.20.5");
  CHECK(server.requests().size() == 1);
}

TEST_CASE("what else it says, or that it says nothing, is the cause") {
  dm::fake::http_server failing([](const dm::fake::request&) { return dm::fake::json(500, "{}"); });
  CHECK(history_server(environment(failing.address())).look().cause ==
        "Flink History Server - 500 (request path = /config)");
  dm::fake::http_server other(
      [](const dm::fake::request&) { return dm::fake::text(200, "hello"); });
  CHECK(history_server(environment(other.address())).look().state == "ERROR");
  const auto away = history_server(environment("127.0.0.1:1")).look();
  CHECK(away.state == "ERROR");
  CHECK(away.cause == "Unable to connect to the Flink History Server (request path = /config)");
  CHECK(history_server(environment("")).look().state == "UNKNOWN");
}
