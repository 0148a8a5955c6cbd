// /applications/<application>/upgrade and /plan, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/raw_client.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <memory>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("a plan of an upgrade is for those who may upgrade") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  const std::string body = R"({"package":"app-1.0.0"})";
  CHECK(dm.request("POST", "/applications/one/plan", body).status == 400);
  CHECK(dm.request("POST", "/applications/one/plan?user.name=nobody", body).status == 403);
  CHECK(dm.request("POST", "/applications/one/plan?user.name=daemon", body).status == 200);
  CHECK(dm.request("POST", "/applications/one/plan?user.name=no-such-account", body).status == 403);
  CHECK(dm.request("POST", "/applications/one/upgrade", body).status == 400);
  const auto accepted = dm.request("POST", "/applications/one/upgrade?user.name=daemon", body);
  CHECK(accepted.status == 202);
  CHECK(accepted.body.empty());
  dm.wait_for_state("one", "CREATED");
}

TEST_CASE("a plan of nothing that is known, or of what is misspelt, is refused") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  CHECK(dm.request("POST", "/applications/one/plan").status == 404);
  dm.create("one", "app-1.0.0");
  const auto refused =
      dm.request("POST", "/applications/one/plan", R"({"savepoint":"","packge":"app-1.0.0"})");
  CHECK(refused.status == 400);
  CHECK(refused.json["details"].Size() == 2);
  CHECK(dm.request("POST", "/applications/one/plan?user.name=daemon", R"({"package":"app-9.0.0"})")
            .status == 404);
  CHECK(dm.request("POST", "/applications/one/plan").status == 200);
}

TEST_CASE("an account's plans come one at a time, and one that nobody waits for ends") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  const std::string body = R"({"package":"app-1.0.0"})";
  const auto plan = [&](const std::string& application, const std::string& user) {
    return dm.request("POST", "/applications/" + application + "/plan?user.name=" + user, body);
  };
  dm.script("plan", R"({"delay_ms":60000,"once":true})");
  auto waits = std::make_unique<manager_test::raw_client>(dm.port());
  waits->send(
      fmt::format("POST /applications/one/plan?user.name=daemon HTTP/1.1\r\n"
                  "Host: 127.0.0.1:{}\r\nContent-Type: application/json\r\n"
                  "Content-Length: {}\r\n\r\n{}",
                  dm.port(), body.size(), body));
  eventually([&] { return dm.calls("plan").size() == 1; });
  const auto refused = plan("one", "daemon");
  CHECK(refused.status == 503);
  CHECK(refused.text("information").find("one at a time") != std::string::npos);
  CHECK(plan("two", "nobody").status == 200);
  waits.reset();
  eventually([&] { return plan("one", "daemon").status == 200; });
  for (const auto& entry : std::filesystem::directory_iterator(dm.directory() / "data/stage")) {
    CHECK(entry.path().filename() == ".lock");
  }
}
