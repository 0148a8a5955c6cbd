// /fleet/stop, /fleet/start, /fleet/operations by HTTP: what is refused, what is listed, who reads
// whose words.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using manager_test::manager_fixture;

TEST_CASE("what is wrong with a request on the fleet is refused, all of it at once") {
  manager_fixture dm;
  dm.start();
  const auto post = [&](const char* path, const char* body) {
    return dm.request("POST", std::string(path) + "?user.name=daemon", body);
  };
  const auto nothing = post("/fleet/stop", "{}");
  CHECK(nothing.status == 400);
  CHECK(nothing.json["details"][0]["path"] == "$.all");
  CHECK(post("/fleet/stop", R"({"all":true,"user":"x"})").status == 400);
  CHECK(post("/fleet/stop", R"({"all":false})").status == 400);
  const auto wrong = post("/fleet/stop", R"({"application":[],"queue":"a b","parallel":0,
      "order":[1],"id":"x","if_not_saved":"maybe","typo":1})");
  CHECK(wrong.status == 400);
  CHECK(wrong.json["details"].Size() == 7);
  const auto contradiction = post("/fleet/stop", R"({"all":true,"savepoint":false,"format":"native",
      "if_not_saved":"kill"})");
  CHECK(contradiction.json["details"].Size() == 2);
  CHECK(post("/fleet/stop", R"({"all":true,"parallel":33})").status == 400);
  CHECK(post("/fleet/stop", R"({"all":true})").status == 404);
  CHECK(post("/fleet/start", "{}").json["details"][0]["path"] == "$.from");
  CHECK(post("/fleet/start", R"({"from":"x","patience_s":0})").json["details"].Size() == 2);
  CHECK(dm.request("POST", "/fleet/stop", R"({"all":true})").status == 400);
  CHECK(dm.get("/fleet/operations/x").status == 404);
  CHECK(dm.get("/fleet/operations?limit=0&after=x").json["details"].Size() == 2);
  CHECK(dm.request("DELETE", "/fleet/operations/x?user.name=daemon").status == 404);
}

TEST_CASE(
    "operations on the fleet are listed, the newest first, and read by others without words") {
  manager_fixture dm;
  dm.configure("access", R"({"administrators":["root"]})");
  dm.configure("listen", R"({"socket":{"path":""},"tcp":[{"port":0,
      "authentication":["trust_user_name"]}]})");
  manager_test::write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("stop", R"({"status":9,"reply":{"schema":1,"state":"RUNNING","desired":"RUNNING",
      "error":{"code":"FAILED_PRECONDITION","message":"a secret topic"}}})");
  const auto first =
      dm.request("POST", "/fleet/stop?user.name=daemon&wait=30", R"({"application":"one"})");
  REQUIRE(first.status == 200);
  CHECK(first.text("kind") == "fleet");
  CHECK(first.text("status") == "FAILED");
  const std::string id = first.text("id");
  dm.unscript("stop");
  REQUIRE(dm.request("POST", "/fleet/stop?user.name=daemon&wait=30", R"({"all":true})").status ==
          200);
  const auto page = dm.get("/fleet/operations?limit=1");
  REQUIRE(page.json["operations"].Size() == 1);
  CHECK(page.json["operations"][0]["counts"]["SAVED"].GetInt() == 1);
  CHECK_FALSE(page.json["operations"][0].HasMember("components"));
  CHECK(page.json["more"].GetBool());
  const auto next = dm.get(dm.next_page("/fleet/operations?limit=1"));
  REQUIRE(next.json["operations"].Size() == 1);
  CHECK(next.json["operations"][0]["id"].GetString() == id);
  CHECK_FALSE(next.json["more"].GetBool());
  CHECK(dm.get("/operations?kind=fleet").json["operations"].Size() == 2);

  const auto own = dm.get("/fleet/operations/" + id + "?user.name=daemon");
  CHECK(own.body.find("a secret topic") != std::string::npos);
  const auto others = dm.get("/fleet/operations/" + id + "?user.name=nobody");
  CHECK(others.body.find("a secret topic") == std::string::npos);
  CHECK(others.json["components"][0]["outcome"] == "NOT_SAVED");
  CHECK(others.json["components"][0]["code"] == "FAILED_PRECONDITION");
}
