// Destroying applications.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_destruction.h"

#include "fake/name_node.h"
#include "registry/database.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::package_builder;
using manager_test::write_simple_package;

TEST_CASE("a destroy that fails returns to the state before, and can be repeated") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  std::string before = "CREATED";
  SECTION("CREATED") {}
  SECTION("STARTED") {
    REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
    dm.wait_for_state("one", "STARTED");
    before = "STARTED";
  }
  dm.script("destroy", R"({"status":14})");
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  eventually([&] {
    return dm.get("/applications/one/status?user.name=daemon")
        .text("information")
        .starts_with("Error deleting one");
  });
  CHECK(dm.get("/applications/one/status").text("status") == before);
  dm.unscript("destroy");
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
}

TEST_CASE("the empty local directory goes, one with something in it stays") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.create("two", "app-1.0.0");
  std::filesystem::create_directories(dm.directory() / "install/test/one");
  manager_test::write_file(dm.directory() / "install/test/two/notes", "mine");
  for (const char* name : {"one", "two"}) {
    REQUIRE(
        dm.request("DELETE", std::string("/applications/") + name + "?user.name=daemon").status ==
        202);
    dm.wait_for_state(name, "NOTCREATED");
  }
  CHECK_FALSE(std::filesystem::exists(dm.directory() / "install/test/one"));
  CHECK(std::filesystem::exists(dm.directory() / "install/test/two/notes"));
}

TEST_CASE("jobs end before their HDFS directories go; levels that another application uses stay") {
  manager_fixture dm;
  dm::fake::name_node hdfs;
  const std::string address = hdfs.address().substr(7);
  dm.configure_environment("webhdfs_host", address.substr(0, address.find(':')));
  dm.configure_environment("webhdfs_port", address.substr(address.find(':') + 1));
  package_builder(dm.repository() / "app-1.0.0.tar.gz")
      .file("app-1.0.0/fake/main/x", "1")
      .file(
          "app-1.0.0/fake/main/hdfs.json",
          R"([{"name":"d","path":"/data/common/${component_application}/out","delete_on_undeploy":3}])")
      .close();
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.create("two", "app-1.0.0");

  // While the job still runs its directory must be there.
  dm.script("destroy", R"({"status":14})");
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  eventually([&] {
    return dm.get("/applications/one/status?user.name=daemon")
        .text("information")
        .starts_with("Error deleting one");
  });
  CHECK(hdfs.files().exists("/data/common/one/out"));
  dm.unscript("destroy");

  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(hdfs.files().exists("/data/common/one"));
  CHECK(hdfs.files().exists("/data/common/two/out"));
  REQUIRE(dm.request("DELETE", "/applications/two?user.name=daemon").status == 202);
  dm.wait_for_state("two", "NOTCREATED");
  CHECK_FALSE(hdfs.files().exists("/data/common"));
  CHECK(hdfs.files().exists("/data"));
}

TEST_CASE("a directory stays while a sibling that uses it, too, has not ended") {
  manager_fixture dm;
  dm::fake::name_node hdfs;
  const std::string address = hdfs.address().substr(7);
  dm.configure_environment("webhdfs_host", address.substr(0, address.find(':')));
  dm.configure_environment("webhdfs_port", address.substr(address.find(':') + 1));
  const std::string shared =
      R"([{"name":"d","path":"/data/${component_application}/out","delete_on_undeploy":2}])";
  package_builder(dm.repository() / "app-1.0.0.tar.gz")
      .file("app-1.0.0/fake/a/hdfs.json", shared)
      .file("app-1.0.0/fake/b/hdfs.json", shared)
      .close();
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("tw", "app-1.0.0");
  dm.script("destroy-a", R"({"status":14})");
  REQUIRE(dm.request("DELETE", "/applications/tw?user.name=daemon").status == 202);
  eventually([&] {
    return dm.get("/applications/tw/status?user.name=daemon")
        .text("information")
        .starts_with("Error deleting tw");
  });
  CHECK(dm.calls("destroy").size() == 2);
  CHECK(hdfs.files().exists("/data/tw/out"));
  dm.unscript("destroy-a");
  REQUIRE(dm.request("DELETE", "/applications/tw?user.name=daemon").status == 202);
  dm.wait_for_state("tw", "NOTCREATED");
  CHECK_FALSE(hdfs.files().exists("/data/tw"));
}

TEST_CASE("a component whose creation was not written down is destroyed by its names") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.stop();
  {
    manager::database registry(dm.directory() / "data/registry.sqlite");
    registry.run("UPDATE components SET data = NULL");
  }
  dm.start();
  REQUIRE(dm.made("one", "main"));
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}

TEST_CASE("a destroy that ended the job and no more leaves what is not wanted CREATED") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script("component-main", R"({"state":"STOPPED","summary":"SUSPENDED","desired":"STOPPED"})");
  dm.script("destroy", R"({"delay_ms":60000})");
  const auto accepted = dm.request("DELETE", "/applications/one?user.name=daemon");
  REQUIRE(accepted.status == 202);
  eventually([&] { return dm.calls("destroy").size() == 1; });
  const std::string id = dm.get("/applications/one/status").json["under_way"]["id"].GetString();
  REQUIRE(dm.request("DELETE", "/operations/" + id + "?user.name=daemon").status == 202);
  const auto status = dm.wait_for_state("one", "CREATED");
  CHECK(status.text("information").starts_with("Error deleting one"));
  CHECK_FALSE(status.json.HasMember("summary"));
  dm.unscript("destroy");
  REQUIRE(dm.request("POST", "/applications/one/start?user.name=daemon").status == 202);
}
