// / and /plugins, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;

TEST_CASE("the routes are listed") {
  manager_fixture dm;
  dm.start();
  const auto index = dm.get("/");
  REQUIRE(index.status == 200);
  std::string all;
  for (const auto& one : index.json["routes"].GetArray()) {
    all += std::string(manager::json::text_of(one, "method")) + " " +
           std::string(manager::json::text_of(one, "path")) + "\n";
  }
  for (const char* known :
       {"GET /\n", "GET /operations\n", "DELETE /operations/{operation}\n", "GET /events\n",
        "PUT /applications/{application}\n", "GET /environment/endpoints\n", "GET /fleet\n",
        "GET /page/{file}\n", "GET /whoami\n"}) {
    CHECK_THAT(all, Catch::Matchers::Contains(known));
  }
  CHECK(all.find("{action}") == std::string::npos);
}

TEST_CASE("plugins are listed with their health") {
  manager_fixture dm;
  dm.start();
  const auto plugins = dm.get("/plugins");
  REQUIRE(plugins.json.Size() == 1);
  CHECK(plugins.json[0]["type"] == "fake");
  CHECK(plugins.json[0]["circuit"] == "closed");
  CHECK(plugins.json[0]["stuck"].GetInt() == 0);
}
