// Lists of applications, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "registry/registry.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

// Rows of applications without components, as many as a test needs.
void put(manager_fixture& dm, int count) {
  manager::registry registry(dm.directory() / "data/registry.sqlite");
  registry.transact([&](manager::registry_view& view) {
    for (int i = 0; i < count; ++i) {
      view.applications.put({fmt::format("n{:04}", i), i % 2 == 0 ? "CREATED" : "STARTED", "",
                             i % 3 == 0 ? "p-1.0.0" : "q-1.0.0", i % 5 == 0 ? "nobody" : "daemon",
                             R"({"package":"p-1.0.0"})", "{}"});
    }
  });
}

}  // namespace

TEST_CASE("a list of all summaries asks the plugin once") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  for (const char* name : {"one", "two", "three"}) dm.create(name, "app-1.0.0");
  const auto before = dm.calls("status").size();
  const auto all = dm.get("/applications?view=summary");
  CHECK(all.status == 200);
  CHECK(all.json.MemberCount() == 3);
  CHECK(all.json["two"]["aggregate_status"] == "CREATED");
  const auto calls = dm.calls("status");
  REQUIRE(calls.size() == before + 1);
  CHECK(calls.back()["request"]["components"].Size() == 3);
  CHECK(dm.get("/applications?view=status").json["one"]["status"] == "CREATED");
  CHECK(dm.get("/applications?view=nonsense").status == 400);
  const auto page = dm.get("/applications?view=summary&limit=1&after=one");
  REQUIRE(page.json.MemberCount() == 1);
  CHECK(page.json["three"]["aggregate_status"] == "CREATED");
  CHECK(dm.calls("status").back()["request"]["components"].Size() == 1);
}

TEST_CASE("applications are filtered, and the bodies keep their shapes") {
  manager_fixture dm;
  dm.start();
  put(dm, 10);
  CHECK(dm.get("/applications?status=STARTED&user=nobody").body == R"(["n0005"])");
  CHECK(dm.get("/applications?package=p-1.0.0&status=CREATED").body == R"(["n0000","n0006"])");
  CHECK(dm.get("/applications?prefix=n000&limit=2").body == R"(["n0000","n0001"])");
  CHECK(dm.get("/applications?prefix=x").body == "[]");
  CHECK(dm.get("/packages/p-1.0.0/applications").body == R"(["n0000","n0003","n0006","n0009"])");
  CHECK(dm.get("/packages/p-1.0.0/applications?status=STARTED&limit=1").body == R"(["n0003"])");
  const auto states = dm.get("/applications?view=status&limit=1&after=n0004");
  CHECK(states.json["n0005"]["user"] == "nobody");
  CHECK(dm.get("/packages/p-1.0.0/applications?view=status").json["n0003"]["status"] == "STARTED");
  const auto wrong = dm.get("/applications?status=RUNNING&package=p&limit=0&colour=red&prefix=%2F");
  CHECK(wrong.status == 400);
  CHECK(wrong.json["details"].Size() == 5);
  CHECK(dm.get("/packages/p-1.0.0/applications?package=p-1.0.0").status == 400);
}

TEST_CASE("pages go on where they ended, whatever comes and goes meanwhile") {
  manager_fixture dm;
  dm.start();
  put(dm, 250);
  CHECK(dm.next_page("/applications").empty());
  CHECK(dm.get("/applications").json.Size() == 250);
  std::vector<std::string> seen;
  std::string path = "/applications?limit=100&prefix=n";
  while (!path.empty()) {
    const auto page = dm.get(path);
    REQUIRE(page.status == 200);
    for (const auto& one : page.json.GetArray()) seen.emplace_back(one.GetString());
    path = dm.next_page(path);
    if (seen.size() != 100) continue;
    manager::registry registry(dm.directory() / "data/registry.sqlite");
    registry.transact([](manager::registry_view& view) {
      view.applications.erase("n0099");  // the page ended with it
      view.applications.erase("n0007");
      view.applications.put({"n00005", "CREATED", "", "p-1.0.0", "daemon", "{}", "{}"});
      view.applications.put({"n0150a", "CREATED", "", "p-1.0.0", "daemon", "{}", "{}"});
    });
  }
  CHECK(seen.size() == 251);
  CHECK(std::is_sorted(seen.begin(), seen.end()));
  CHECK(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
  CHECK(std::find(seen.begin(), seen.end(), "n0150a") != seen.end());
}
