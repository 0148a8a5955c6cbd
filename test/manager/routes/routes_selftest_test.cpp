// /selftest/all, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

TEST_CASE("the selftest names what does not work") {
  manager_test::manager_fixture dm;
  SECTION("all is well") {
    dm.start();
    CHECK(dm.get("/selftest/all").text("status") == "pass");
  }
  SECTION("a plugin refuses its settings") {
    dm.configure("plugin_settings", R"({"fake":{}})");
    dm.start();
    const auto seen = dm.get("/selftest/all");
    CHECK(seen.text("status") == "fail");
    CHECK(manager::json::text_of(seen.json["checks"], "plugin fake").find("$.settings.script") !=
          std::string::npos);
    CHECK(manager::json::text_of(seen.json["checks"], "registry") == "pass");
  }
}
