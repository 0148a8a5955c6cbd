// A repository service.
// SPDX-License-Identifier: Apache-2.0
#include "package/service_repository.h"

#include "base/failure.h"
#include "fake/http_server.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("failures are told in the contract's words") {
  int status = 500;
  dm::fake::http_server server([&](const dm::fake::request&) {
    return dm::fake::text(status, "<title>gone wrong</title>", "text/html");
  });
  service_repository repository(server.address() + "/", std::chrono::milliseconds(500));
  CHECK_THROWS_WITH(
      repository.list("", 2),
      "Package Repository Manager - gone wrong (request path = /packages?user.name=&recency=2)");
  status = 404;
  cancellation cancel;
  try {
    repository.fetch(
        "a-1.0.0", "daemon", [](std::string_view) {}, cancel);
    FAIL("there is none");
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::not_found);
  }
  server.disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  CHECK_THROWS_WITH(repository.list("", 1), "Unable to connect to the Package Repository Manager");
}

TEST_CASE("an answer that is no list is a failure") {
  dm::fake::http_server server(
      [](const dm::fake::request&) { return dm::fake::text(200, "{\"name\":1}"); });
  service_repository repository(server.address());
  CHECK_THROWS_WITH(repository.list("", 1), Catch::Matchers::Contains("is no list"));
}

TEST_CASE("an answer that is no JSON is a failure, not a crash") {
  dm::fake::http_server server(
      [](const dm::fake::request&) { return dm::fake::text(200, "<html>"); });
  service_repository repository(server.address());
  CHECK_THROWS_WITH(repository.list("", 1), Catch::Matchers::Contains("is not JSON"));
}

TEST_CASE("a list is read whole up to its bound, and refused as too large beyond it") {
  std::string list = "[\"" + std::string(3U << 20, 'x') + "\"]";
  dm::fake::http_server server([&](const dm::fake::request&) { return dm::fake::json(200, list); });
  service_repository repository(server.address());
  CHECK(repository.list("", 1)[0].GetStringLength() == 3U << 20);
  list = "[\"" + std::string(service_repository::largest_list, 'x') + "\"]";
  CHECK_THROWS_WITH(repository.list("", 1),
                    Catch::Matchers::Contains(std::to_string(service_repository::largest_list)) &&
                        Catch::Matchers::Contains("recency"));
}
