// Restore points as the plugins list them.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_list.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::package_builder;

namespace {

void prepare(manager_fixture& dm) {
  package_builder(dm.repository() / "pair-1.0.0.tar.gz")
      .file("pair-1.0.0/fake/first/x", "1")
      .file("pair-1.0.0/fake/second/y", "2")
      .close();
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.create("one", "pair-1.0.0");
}

// {id, when, state} of one component, the oldest first.
using points = std::vector<std::array<std::string, 3>>;

void put(manager_fixture& dm, const std::string& component, const points& all) {
  std::string text;
  for (const auto& [id, when, state] : all) {
    text += fmt::format(
        R"({}{{"id":"{}","kind":"savepoint","state":"{}","operation":"trigger","pinned":false,)"
        R"("path":"hdfs:///s/{}","completed_at":"2024-01-01T00:{}:00.000Z"}})",
        text.empty() ? "" : ",", id, state, id, when);
  }
  manager_test::write_file(dm.directory() / ("script/savepoints-one-" + component),
                           "[" + text + "]");
}

std::vector<std::string> ids(const manager_test::answer& answer) {
  std::vector<std::string> result;
  for (const auto& one : answer.json["savepoints"].GetArray()) {
    result.emplace_back(one["id"].GetString());
  }
  return result;
}

}  // namespace

TEST_CASE("the newest of all components come first, each in its component's order") {
  manager_fixture dm;
  prepare(dm);
  // By the clock c is older than b, but its plugin says that it is newer.
  put(dm, "first", {{"a", "01", "COMPLETED"}, {"b", "09", "COMPLETED"}, {"c", "05", "COMPLETED"}});
  put(dm, "second", {{"x", "02", "COMPLETED"}, {"y", "07", "COMPLETED"}});
  const auto all = dm.get("/applications/one/savepoints");
  CHECK(all.status == 200);
  CHECK(ids(all) == std::vector<std::string>{"y", "c", "b", "x", "a"});
  CHECK(all.json["savepoints"][0]["component"] == "second");
  CHECK(all.json["savepoints"][0]["type"] == "fake");
  CHECK(all.json["components"]["first"]["total"].GetInt() == 3);
  CHECK_FALSE(all.json["components"]["first"]["more"].GetBool());
  CHECK(dm.calls("list").size() == 1);
}

TEST_CASE("pages go on in all components, each from where it was") {
  manager_fixture dm;
  prepare(dm);
  put(dm, "first", {{"a", "01", "COMPLETED"}, {"b", "09", "COMPLETED"}, {"c", "05", "COMPLETED"}});
  put(dm, "second", {{"x", "02", "COMPLETED"}, {"y", "07", "COMPLETED"}});
  std::string path = "/applications/one/savepoints?limit=2&state=COMPLETED";
  std::vector<std::string> seen;
  for (int pages = 1;; ++pages) {
    const auto page = dm.get(path);
    for (const std::string& id : ids(page)) seen.push_back(id);
    const std::string next = dm.next_page(path);
    CHECK(page.json["more"].GetBool() == !next.empty());
    CHECK(page.json.HasMember("next") == !next.empty());
    if (next.empty()) {
      CHECK(pages == 3);
      break;
    }
    // What is taken meanwhile is newer than all that is still to come.
    put(dm, "second",
        {{"x", "02", "COMPLETED"}, {"y", "07", "COMPLETED"}, {"z", "59", "COMPLETED"}});
    path = next;
  }
  CHECK(seen == std::vector<std::string>{"y", "c", "b", "x", "a"});
}

TEST_CASE("a page is cut over all components, and goes on in one") {
  manager_fixture dm;
  prepare(dm);
  put(dm, "first", {{"a", "01", "COMPLETED"}, {"b", "03", "COMPLETED"}});
  put(dm, "second", {{"x", "02", "COMPLETED"}, {"y", "04", "COMPLETED"}});
  const auto page = dm.get("/applications/one/savepoints?limit=2");
  CHECK(ids(page) == std::vector<std::string>{"y", "b"});
  CHECK(page.json["components"]["first"]["more"].GetBool());
  CHECK(page.json["components"]["second"]["more"].GetBool());
  CHECK(dm.get("/applications/one/savepoints?after=y").status == 400);
  CHECK(ids(dm.get("/applications/one/savepoints?after=y&component=second")) ==
        std::vector<std::string>{"x"});
}

TEST_CASE("filters reach the plugin") {
  manager_fixture dm;
  prepare(dm);
  put(dm, "first", {{"a", "01", "DAMAGED"}, {"b", "03", "COMPLETED"}, {"c", "04", "DISPOSED"}});
  CHECK(ids(dm.get("/applications/one/savepoints")) == std::vector<std::string>{"b", "a"});
  CHECK(ids(dm.get("/applications/one/savepoints?state=DAMAGED,DISPOSED")) ==
        std::vector<std::string>{"c", "a"});
  CHECK(ids(dm.get("/applications/one/savepoints?state=all")).size() == 3);
  dm.get("/applications/one/savepoints?kind=checkpoint&verify=false&limit=7");
  const auto request = std::move(dm.calls("list").back());
  CHECK(request["request"]["kind"] == "checkpoint");
  CHECK_FALSE(request["request"]["verify"].GetBool());
  CHECK(request["request"]["limit"].GetInt() == 7);
  CHECK(request["request"]["components"].Size() == 2);
}

TEST_CASE("a component that cannot be listed leaves the others' answer whole") {
  manager_fixture dm;
  prepare(dm);
  dm.script("list", R"({"reply":{"schema":1,"components":[
      {"application":"one","component":"first","points":[{"id":"a","state":"COMPLETED"}],
       "total":1,"more":false,"next":"a"},
      {"application":"one","component":"second","points":[],"total":0,"more":false,
       "error":{"code":"UNAVAILABLE","message":"HDFS is away","details":[]}}]}})");
  const auto answer = dm.get("/applications/one/savepoints");
  CHECK(answer.status == 200);
  CHECK(ids(answer) == std::vector<std::string>{"a"});
  CHECK(answer.json["components"]["first"]["next"] == "a");
  CHECK(
      std::string(answer.json["components"]["second"]["error"].GetString()).find("HDFS is away") !=
      std::string::npos);
  dm.script("list", R"({"status":14})");
  CHECK(dm.get("/applications/one/savepoints").status == 503);
}

TEST_CASE("one is found on whichever page, and its files alone are looked at") {
  manager_fixture dm;
  prepare(dm);
  points many;
  for (int i = 0; i < 1200; ++i) {
    many.push_back({fmt::format("s{}", i), fmt::format("{:02}", i % 60), "COMPLETED"});
  }
  put(dm, "first", many);
  const auto found = dm.get("/applications/one/savepoints/s3?component=first");
  CHECK(found.status == 200);
  CHECK(found.text("id") == "s3");
  CHECK(found.text("component") == "first");
  const auto calls = dm.calls("list");
  REQUIRE(calls.size() == 3);
  CHECK_FALSE(calls[0]["request"]["verify"].GetBool());
  CHECK(calls[2]["request"]["verify"].GetBool());
  CHECK(calls[2]["request"]["limit"].GetInt() == 1);
}

TEST_CASE("an id that several components have needs the component's name") {
  manager_fixture dm;
  prepare(dm);
  put(dm, "first", {{"same", "01", "COMPLETED"}});
  put(dm, "second", {{"same", "02", "COMPLETED"}});
  const auto ambiguous = dm.get("/applications/one/savepoints/same");
  CHECK(ambiguous.status == 400);
  CHECK(ambiguous.text("information").find("fake/first, fake/second") != std::string::npos);
  CHECK(dm.get("/applications/one/savepoints/same?component=second").text("completed_at") ==
        "2024-01-01T00:02:00.000Z");
}
