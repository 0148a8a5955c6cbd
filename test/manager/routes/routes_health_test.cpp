// GET /healthz and GET /readyz.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace manager_test;

TEST_CASE("a healthy Deployment Manager says so, with 200") {
  manager_fixture running;
  running.start();
  CHECK(running.get("/healthz").status == 200);
  CHECK(running.get("/healthz").text("status") == "ok");
  const answer ready = running.get("/readyz");
  CHECK(ready.status == 200);
  CHECK(ready.text("status") == "ready");
  for (const char* name : {"registry", "data_root", "stage_root", "plugins"}) {
    CHECK(manager::json::text_of(ready.json["checks"], name) == "pass");
  }
}

TEST_CASE("what is missing makes it not ready, with 503 and the reason; it lives all the same") {
  manager_fixture running;
  running.configure("stage_root", R"("stage")");
  running.start();
  std::filesystem::remove_all(running.directory() / "stage");
  const answer ready = running.get("/readyz");
  CHECK(ready.status == 503);
  CHECK(ready.text("status") == "not ready");
  CHECK(manager::json::text_of(ready.json["checks"], "stage_root").find("No such file") !=
        std::string_view::npos);
  CHECK(running.get("/healthz").status == 200);
}

TEST_CASE("a name that is given twice is refused, although nobody asks whose it is") {
  manager_fixture running;
  running.start();
  CHECK(running.get("/healthz?user.name=a").status == 200);
  CHECK(running.get("/healthz?user.name=a&user.name=b").status == 400);
}

TEST_CASE("a plugin that does not load makes it not ready") {
  manager_fixture running;
  running.configure("plugins_path", manager::json::quote(FOREIGN_PLUGIN_DIRECTORY));
  running.start();
  const answer ready = running.get("/readyz");
  CHECK(ready.status == 503);
  CHECK(manager::json::text_of(ready.json["checks"], "plugins") != "pass");
}
