// The Deployment Manager: alive, ready, and its components.
// SPDX-License-Identifier: Apache-2.0
#include "health/manager_probe.h"

#include <catch2/catch.hpp>

#include "../io/temporary_directory.h"
#include "fake/http_server.h"
#include "looking.h"

using namespace dm::health;
using dm::test::look;
using dm::test::number;
using dm::test::tells;
namespace fake = dm::fake;

namespace {

constexpr const char* ready = R"({"status":"ready","checks":{"registry":"pass","plugins":"pass"}})";
constexpr const char* all_well =
    "deployment_manager_component_state{application=\"app\",type=\"flink\",component=\"main\","
    "state=\"RUNNING\",confidence=\"confirmed\",watched=\"true\"} 1\n"
    "deployment_manager_component_figures_age_seconds 2\n";

fake::response metrics(const std::string& text) {
  return fake::text(200, text, "text/plain; version=0.0.4; charset=utf-8");
}

// Answers as the reference Deployment Manager's.
fake::response well(const fake::request& asked) {
  if (asked.path == "/healthz") return fake::json(200, R"({"status":"ok"})");
  if (asked.path == "/readyz") return fake::json(200, ready);
  if (asked.path == "/metrics") return metrics(all_well);
  return fake::json(404, "{}");
}

finding looked(const std::string& url, const std::string& token = {}) {
  dm::io::http_client http;
  manager_probe probe(url, token, {});
  return look(http, probe);
}

// One whose answer to `path` is another one.
finding looked_with(const std::string& path, const fake::response& instead) {
  const fake::http_server server(
      [&](const fake::request& asked) { return asked.path == path ? instead : well(asked); });
  return looked(server.address());
}

}  // namespace

TEST_CASE("alive, ready and all components well is OK") {
  const fake::http_server server(well);
  const finding found = looked(server.address());
  CHECK(found.severity() == level::ok);
  CHECK(number(found, "flink.deployment_manager_available_success") == 1);
  CHECK(number(found, "flink.deployment_manager_ready_success") == 1);
  CHECK(number(found, "flink.components_count") == 1);
  CHECK(server.request_count() == 3);
}

TEST_CASE("it is asked by its socket, with a token where there is one") {
  const dm::test::temporary_directory place;
  const fake::http_server server(
      [](const fake::request& asked) {
        return asked.header("authorization") == "Bearer abc" ? well(asked) : fake::json(401, "{}");
      },
      place / "api.sock");
  CHECK(looked("unix://" + (place / "api.sock"), "abc").severity() == level::ok);
  const finding refused = looked("unix://" + (place / "api.sock"), "wrong-secret");
  CHECK(tells(refused, level::warn, "does not let this program in"));
  for (const cause& why : refused.causes) CHECK(why.text.find("wrong-secret") == std::string::npos);
}

TEST_CASE("not ready is an ERROR, with what is wrong") {
  const finding found = looked_with(
      "/readyz",
      fake::json(503,
                 R"({"status":"not ready","checks":{"registry":"pass","plugins":"no plugin"}})"));
  CHECK(tells(found, level::error, "is not ready to take work: plugins: no plugin"));
  CHECK(number(found, "flink.deployment_manager_ready_success") == 0);
}

TEST_CASE("what could not be told is a WARN and never an ERROR (INV-10)") {
  const finding unready = looked_with("/readyz", fake::json(403, "{}"));
  CHECK(tells(unready, level::warn, "whether it can take work could not be told"));
  CHECK(unready.severity() == level::warn);
  CHECK(looked_with("/readyz", fake::json(500, "{}")).severity() == level::warn);
  CHECK(looked_with("/readyz", fake::json(200, "{}")).severity() == level::warn);
  const finding unknown = looked_with("/metrics", fake::json(403, "{}"));
  CHECK(tells(unknown, level::warn, "how the components are could not be told"));
  CHECK(unknown.severity() == level::warn);
  CHECK(looked_with("/metrics", metrics("<html>")).severity() == level::warn);
  CHECK(looked_with("/metrics", metrics("")).severity() == level::warn);
}

TEST_CASE("away, or somebody else, is an ERROR of it and a WARN of its components") {
  fake::http_server server(well);
  server.stop();
  const finding found = looked(server.address());
  CHECK(tells(found, level::error, "does not answer as it should"));
  CHECK(tells(found, level::warn, "how the components are could not be told"));
  CHECK(number(found, "flink.components_count") == -99);
  CHECK(looked_with("/healthz", fake::text(200, "<html>", "text/html")).severity() == level::error);
  CHECK(looked_with("/healthz", fake::json(200, "{}")).severity() == level::error);
  CHECK(looked("unix:///no/such/api.sock").severity() == level::error);
}
