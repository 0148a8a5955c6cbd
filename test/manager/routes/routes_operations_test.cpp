// /operations, by HTTP, and waiting for their end.
// SPDX-License-Identifier: Apache-2.0
#include "registry/registry.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using manager_test::answer;
using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

void prepare(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
}

std::string verbs(const answer& list) {
  std::string text;
  for (const auto& one : list.json["operations"].GetArray()) {
    text += std::string(manager::json::text_of(one, "verb")) + " ";
  }
  return text;
}

std::string id_under_way(manager_fixture& dm) {
  const auto status = dm.get("/applications/one/status");
  return std::string(manager::json::text_of(status.json["operation"], "id"));
}

}  // namespace

TEST_CASE("operations are listed, newest first, filtered and by pages") {
  manager_fixture dm;
  prepare(dm);
  const auto all = dm.get("/operations");
  CHECK(verbs(all) == "create deploy ");
  const auto& create = all.json["operations"][0];
  CHECK(create["object"] == "one");
  CHECK(create["kind"] == "application");
  CHECK(create["user"] == "daemon");
  CHECK(create["status"] == "SUCCEEDED");
  CHECK(create["state"] == "CREATED");
  CHECK(create.HasMember("accepted_at"));
  CHECK(create.HasMember("ended_at"));
  CHECK(verbs(dm.get("/operations?kind=package")) == "deploy ");
  CHECK(verbs(dm.get("/operations?object=one&verb=create&status=SUCCEEDED&user=daemon")) ==
        "create ");
  CHECK(verbs(dm.get("/operations?status=RUNNING")).empty());
  const auto first = dm.get("/operations?limit=1");
  CHECK(verbs(first) == "create ");
  CHECK(first.json["more"].GetBool());
  const auto second = dm.get("/operations?limit=1&after=" + first.text("next"));
  CHECK(verbs(second) == "deploy ");
  CHECK_FALSE(second.json["more"].GetBool());
  CHECK(dm.next_page("/operations?limit=1") == "/operations?limit=1&after=" + first.text("next"));
  CHECK(dm.next_page("/operations?limit=2").empty());
  CHECK(verbs(dm.get("/operations?since=2024-01-01T00:00:00Z")) == "create deploy ");
  CHECK(verbs(dm.get("/operations?since=9999-01-01T00:00:00Z")).empty());
  const auto wrong = dm.get("/operations?verb=run&limit=0&colour=red&after=x&since=noon");
  CHECK(wrong.status == 400);
  CHECK(wrong.json["details"].Size() == 5);
}

TEST_CASE("pages of operations go on though what they ended with is forgotten by then") {
  manager_fixture dm;
  dm.start();
  const auto id = [](int i) { return fmt::format("{:032x}", i); };
  const auto put = [&](int i) {
    manager::registry registry(dm.directory() / "data/registry.sqlite");
    manager::ended_operation one;
    one.operation = {id(i), "package", "p-1.0.0", "deploy", "daemon", "NOTDEPLOYED", "{}", 0, i};
    one.ended_at = i + 1;
    one.outcome = "SUCCEEDED";
    registry.transact([&](manager::registry_view& view) { view.history.put(one); });
  };
  for (int i = 1; i <= 6; ++i) put(i);
  const auto first = dm.get("/operations?limit=2");
  CHECK(first.json["operations"][1]["id"] == id(5).c_str());
  // A newer one comes, and old ones are forgotten, the page's last one too.
  put(7);
  {
    manager::database registry(dm.directory() / "data/registry.sqlite");
    registry.run("DELETE FROM operation_history WHERE id IN (?, ?)", id(5), id(1));
  }
  const auto second = dm.get("/operations?limit=2&after=" + first.text("next"));
  REQUIRE(second.status == 200);
  CHECK(second.json["operations"][0]["id"] == id(4).c_str());
  CHECK(second.json["operations"][1]["id"] == id(3).c_str());
  const auto last = dm.get(dm.next_page("/operations?limit=2&after=" + first.text("next")));
  REQUIRE(last.json["operations"].Size() == 1);
  CHECK(last.json["operations"][0]["id"] == id(2).c_str());
}

TEST_CASE("one operation is seen while it runs, is cancelled, and stays in the history") {
  manager_fixture dm;
  prepare(dm);
  dm.script("start", R"({"delay_ms":60000,"event":{"phase":"waiting","message":"for YARN"}})");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
  const std::string id = id_under_way(dm);
  eventually([&] { return dm.get("/operations/" + id).text("phase") == "waiting"; });
  const auto seen = dm.get("/operations/" + id + "?user.name=daemon");
  CHECK(seen.text("status") == "RUNNING");
  CHECK(seen.json["progress"]["main"]["message"] == "for YARN");
  CHECK(seen.json["cancellable"].GetBool());
  CHECK(dm.request("DELETE", "/operations/" + id + "?user.name=nobody").status == 403);
  CHECK(dm.request("DELETE", "/operations/" + id).status == 400);
  const auto cancelled = dm.request("DELETE", "/operations/" + id + "?user.name=daemon&wait=60");
  CHECK(cancelled.status == 200);
  CHECK(cancelled.text("status") == "CANCELLED");
  CHECK(cancelled.text("cancelled_by") == "daemon");
  CHECK(dm.get("/operations/" + id).text("status") == "CANCELLED");
  CHECK(dm.get("/applications/one/status").text("status") == "CREATED");
  const auto again = dm.request("DELETE", "/operations/" + id + "?user.name=daemon");
  CHECK(again.status == 409);
  CHECK(again.body.find("CANCELLED") != std::string::npos);
  CHECK(dm.request("DELETE", "/operations/" + std::string(32, '0') + "?user.name=daemon").status ==
        404);
  CHECK(dm.get("/operations/" + std::string(32, '0')).status == 404);
  CHECK(dm.get("/operations/x").status == 404);
  CHECK(dm.request("DELETE", "/operations/x?user.name=daemon").status == 404);
}

TEST_CASE("a write waits for its end, a status route for the end of what is under way") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  const auto deployed = dm.request("PUT", "/packages/app-1.0.0?user.name=daemon&wait=60");
  CHECK(deployed.status == 200);
  CHECK(deployed.text("status") == "SUCCEEDED");
  const auto created =
      dm.request("PUT", "/applications/one?user.name=daemon&wait=60", R"({"package":"app-1.0.0"})");
  CHECK(created.status == 200);
  CHECK(created.text("state") == "CREATED");
  dm.script("start", R"({"delay_ms":1500})");
  const auto too_short = dm.request("POST", "/applications/one/start?user.name=daemon&wait=0");
  CHECK(too_short.status == 202);
  CHECK(too_short.text("verb") == "start");
  CHECK(dm.get("/applications/one/status?wait=60").text("status") == "STARTED");
  CHECK(dm.get("/operations/" + too_short.text("id") + "?wait=60").text("status") == "SUCCEEDED");
  CHECK(dm.get("/packages/app-1.0.0/status?wait=60").text("status") == "DEPLOYED");
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon&wait=soon").status == 400);
  CHECK(dm.request("POST", "/applications/one/stop?user.name=daemon&wait=301").status == 400);
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
  dm.script("stop", R"({"status":9,"reply":{"desired":"RUNNING",
      "error":{"code":"FAILED_PRECONDITION","message":"no"}}})");
  const auto failed = dm.request("POST", "/applications/one/stop?user.name=daemon&wait=60");
  CHECK(failed.status == 200);
  CHECK(failed.text("status") == "FAILED");
  CHECK(failed.text("state") == "STARTED");
}

TEST_CASE("a cancelled creation is undone") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.script("create", R"({"delay_ms":60000})");
  REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
              .status == 202);
  eventually([&] { return dm.calls("create").size() == 1; });
  const std::string id = id_under_way(dm);
  CHECK(dm.request("DELETE", "/operations/" + id + "?user.name=daemon&wait=60").status == 200);
  CHECK(dm.get("/applications/one/status").text("status") == "NOTCREATED");
  CHECK(dm.get("/operations/" + id).text("status") == "CANCELLED");
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 404);
}

TEST_CASE("a write answers where its operation is") {
  manager_fixture dm;
  prepare(dm);
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").body.empty());
  dm.wait_for_state("one", "STARTED");
  CHECK(verbs(dm.get("/operations?object=one&verb=start")) == "start ");
}
