// Creating an application: staging, undoing, descriptors, what is left.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_creation.h"

#include "fake/name_node.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::package_builder;
using manager_test::write_simple_package;

namespace {

void write_pair(manager_fixture& dm, const std::string& hdfs = "") {
  package_builder builder(dm.repository() / "pair-1.0.0.tar.gz");
  builder.file("pair-1.0.0/fake/first/x", "1").file("pair-1.0.0/fake/second/sub/y", "2");
  if (!hdfs.empty()) builder.file("pair-1.0.0/fake/first/hdfs.json", hdfs);
  builder.close();
}

manager_test::answer create(manager_fixture& dm, const std::string& name) {
  return dm.request("PUT", "/applications/" + name + "?user.name=daemon",
                    R"({"package":"pair-1.0.0"})");
}

std::string information_after(manager_fixture& dm, const std::string& name) {
  std::string text;
  eventually([&] {
    text = dm.get("/applications/" + name + "/status").text("information");
    return !text.empty();
  });
  return text;
}

void use(manager_fixture& dm, dm::fake::name_node& hdfs) {
  const std::string address = hdfs.address().substr(7);
  dm.configure_environment("webhdfs_host", address.substr(0, address.find(':')));
  dm.configure_environment("webhdfs_port", address.substr(address.find(':') + 1));
  dm.configure_environment("webhdfs_user", "hdfs");
}

}  // namespace

TEST_CASE("a creation that fails half-way is undone and can be repeated") {
  manager_fixture dm;
  write_pair(dm);
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.script("create-second", R"({"status":8})");
  REQUIRE(create(dm, "one").status == 202);
  const std::string information = information_after(dm, "one");
  CHECK(information.starts_with("Error creating one FailedCreation, details: \""));
  CHECK(information.find("fake/second") != std::string::npos);
  CHECK(dm.get("/applications/one").text("status") == "NOTCREATED");
  CHECK(dm.get("/applications").body == "[]");
  CHECK_FALSE(dm.made("one", "first"));
  CHECK(dm.request("DELETE", "/applications/one?user.name=daemon").status == 404);
  dm.unscript("create-second");
  REQUIRE(create(dm, "one").status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(dm.made("one", "second"));
}

TEST_CASE("what a failed creation cannot undo can be destroyed") {
  manager_fixture dm;
  write_pair(dm);
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.script("create-second", R"({"status":8})");
  dm.script("destroy-first", R"({"status":14})");
  REQUIRE(create(dm, "one").status == 202);
  CHECK(information_after(dm, "one").find("DELETE /applications/one") != std::string::npos);
  CHECK(dm.made("one", "first"));

  SECTION("by a DELETE, whose failure falls back to the state before") {
    REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
    eventually([&] {
      return dm.get("/applications/one/status?user.name=daemon")
          .text("information")
          .starts_with("Error deleting one");
    });
    CHECK(dm.get("/applications/one/status").text("status") == "NOTCREATED");
    dm.unscript("destroy-first");
    REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
    eventually([&] { return !dm.made("one", "first"); });
  }
  SECTION("but by nobody whom it does not belong to, in no way") {
    CHECK(dm.request("DELETE", "/applications/one?user.name=nobody").status == 403);
    CHECK(dm.request("PUT", "/applications/one?user.name=nobody", R"({"package":"pair-1.0.0"})")
              .status == 403);
    CHECK(dm.made("one", "first"));
  }
  SECTION("by creating it again") {
    dm.unscript("destroy-first");
    dm.unscript("create-second");
    REQUIRE(create(dm, "one").status == 202);
    dm.wait_for_state("one", "CREATED");
  }
}

TEST_CASE("a plugin's data of a failed create is given to destroy") {
  manager_fixture dm;
  write_pair(dm);
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.script("create-first", R"({"status":14,"reply":{"schema":1,"data":{"left":"unit"},
      "error":{"code":"UNAVAILABLE","message":"supervisord is away"}}})");
  REQUIRE(create(dm, "one").status == 202);
  CHECK(information_after(dm, "one").find("supervisord is away") != std::string::npos);
  const auto destroyed = dm.calls("destroy");
  REQUIRE(destroyed.size() == 1);
  CHECK(destroyed[0]["request"]["data"]["left"] == "unit");
}

TEST_CASE("the plugin sees the staged package, which is gone afterwards") {
  manager_fixture dm;
  write_pair(dm);
  dm.start();
  dm.deploy("pair-1.0.0");
  REQUIRE(create(dm, "one").status == 202);
  dm.wait_for_state("one", "CREATED");
  const auto calls = dm.calls("create");
  REQUIRE(calls.size() == 2);
  const std::filesystem::path staged(
      std::string(manager::json::text_of(calls[1]["request"], "staged_path")));
  CHECK(staged.is_absolute());
  CHECK(staged.string().ends_with("/pair-1.0.0/fake/second"));
  CHECK_FALSE(std::filesystem::exists(staged));
  int staged_validations = 0;
  for (const auto& call : dm.calls("validate")) {
    if (call["request"]["scope"] == "staged") ++staged_validations;
  }
  CHECK(staged_validations == 2);
}

TEST_CASE("hdfs.json: directories are made, named to the plugin, and deleted n levels deep") {
  manager_fixture dm;
  dm::fake::name_node hdfs;
  hdfs.files().put("/data/shared/keep", "x");
  use(dm, hdfs);
  write_pair(dm, R"([{"name":"out","path":"/data/shared/${component_application}/directory",
                      "delete_on_undeploy":2},
                     {"name":"stay","path":"/data/stay/$component_name"}])");
  dm.start();
  dm.deploy("pair-1.0.0");
  REQUIRE(create(dm, "one").status == 202);
  dm.wait_for_state("one", "CREATED");
  CHECK(hdfs.files().exists("/data/shared/one/directory"));
  CHECK(hdfs.files().status("/data/shared/one/directory").status.owner == "daemon");
  const auto calls = dm.calls("create");
  CHECK(calls[0]["request"]["properties"]["hdfspath_out"] == "/data/shared/one/directory");
  hdfs.files().put("/data/shared/one/directory/part", "x");

  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(hdfs.files().exists("/data/shared/one"));
  CHECK(hdfs.files().exists("/data/shared/keep"));
  CHECK(hdfs.files().exists("/data/stay/first"));
}

TEST_CASE("hdfs.json: a failed creation takes back what it made, and only that") {
  manager_fixture dm;
  dm::fake::name_node hdfs;
  hdfs.files().put("/data/there/x", "x");
  use(dm, hdfs);
  write_pair(dm, R"([{"name":"new","path":"/data/new/deep","delete_on_undeploy":1},
                     {"name":"old","path":"/data/there","delete_on_undeploy":1}])");
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.script("create-second", R"({"status":8})");
  REQUIRE(create(dm, "one").status == 202);
  information_after(dm, "one");
  CHECK_FALSE(hdfs.files().exists("/data/new"));
  CHECK(hdfs.files().exists("/data/there/x"));
}

TEST_CASE("hdfs.json: unknown names and dangerous deletions are refused at once") {
  manager_fixture dm;
  dm::fake::name_node hdfs;
  use(dm, hdfs);
  write_pair(dm, R"([{"name":"a","path":"/data/${component_missing}"},
                     {"name":"b","path":"/data/x","delete_on_undeploy":2},
                     {"name":"c","path":"/user/daemon/x","delete_on_undeploy":2},
                     {"name":"d","path":"/data/../etc"}])");
  dm.start();
  dm.deploy("pair-1.0.0");
  const auto refused = create(dm, "one");
  CHECK(refused.status == 400);
  CHECK(refused.json["details"].Size() == 4);
  CHECK(refused.body.find("component_missing") != std::string::npos);
  CHECK(hdfs.files().names("/").empty());
}

TEST_CASE("hdfs.json: nothing is made where a plugin keeps the state of components") {
  manager_fixture dm;
  dm::fake::name_node hdfs;
  use(dm, hdfs);
  dm.configure("plugin_settings",
               R"({"fake":{"state_root":"hdfs://nameservice/state/flink","script":)" +
                   manager::json::quote((dm.directory() / "script").string()) + "}}");
  dm.configure("hdfs_refused_roots", R"(["/other/state"])");
  write_pair(dm, R"([{"name":"a","path":"/state/flink/test/billing/stream/log"},
                     {"name":"b","path":"/other/state"},
                     {"name":"c","path":"/state/x","delete_on_undeploy":1}])");
  dm.start();
  dm.deploy("pair-1.0.0");
  const auto refused = create(dm, "one");
  CHECK(refused.status == 400);
  REQUIRE(refused.json["details"].Size() == 2);
  CHECK(refused.body.find("/state/flink, where plugins keep the state") != std::string::npos);
  CHECK(hdfs.files().names("/").empty());
  CHECK(dm.get("/applications").body == "[]");
}

TEST_CASE("hdfs.json without an HDFS fails clearly") {
  manager_fixture dm;
  write_pair(dm, R"([{"name":"a","path":"/data/x"}])");
  dm.start();
  dm.deploy("pair-1.0.0");
  REQUIRE(create(dm, "one").status == 202);
  CHECK(information_after(dm, "one").find("webhdfs_host") != std::string::npos);
}

TEST_CASE("an undeploy does not disturb a creation under way") {
  manager_fixture dm;
  write_pair(dm);
  dm.start();
  dm.deploy("pair-1.0.0");
  dm.script("validate", R"({"delay_ms":300})");
  REQUIRE(create(dm, "one").status == 202);
  REQUIRE(dm.request("DELETE", "/packages/pair-1.0.0?user.name=daemon").status == 202);
  dm.wait_for_state("one", "CREATED");
}

TEST_CASE("several creations of one package at the same time") {
  manager_fixture dm;
  write_pair(dm);
  dm.start();
  dm.deploy("pair-1.0.0");
  for (int i = 0; i < 6; ++i) REQUIRE(create(dm, "app" + std::to_string(i)).status == 202);
  for (int i = 0; i < 6; ++i) dm.wait_for_state("app" + std::to_string(i), "CREATED");
  eventually([&] { return std::filesystem::is_empty(dm.directory() / "data/operations"); });
}
