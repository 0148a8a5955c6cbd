// What is in a package, and what is other in it, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"
#include "registry/database.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::package_builder;
using manager_test::write_simple_package;

namespace {

void prepare(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  package_builder(dm.repository() / "app-2.0.0.tar.gz")
      .directory("app-2.0.0")
      .file("app-2.0.0/README", "of no component")
      .file("app-2.0.0/fake/main/properties.json",
            R"({"main_jar":"main.jar","count":4,"db_password":"shout"})")
      .executable("app-2.0.0/fake/main/main.jar", "another jar")
      .file("app-2.0.0/fake/second/x", "y")
      .close();
  dm.start();
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
}

// As an earlier version has left them.
void forget_digests(manager_fixture& dm, const std::string& package) {
  manager::database registry(dm.directory() / "data/registry.sqlite");
  registry.run("UPDATE packages SET sha256 = NULL, bytes = 0 WHERE name = ?", package);
  registry.run("DELETE FROM package_files WHERE package = ?", package);
}

}  // namespace

TEST_CASE("what is in a package is told with sizes, modes and digests") {
  manager_fixture dm;
  prepare(dm);
  const auto seen = dm.get("/packages/app-2.0.0/contents");
  REQUIRE(seen.status == 200);
  CHECK(seen.text("package") == "app-2.0.0");
  const std::string archive = manager_test::read_file(dm.repository() / "app-2.0.0.tar.gz");
  CHECK(seen.text("sha256") == manager::sha256_of(archive));
  CHECK(seen.json["bytes"].GetUint64() == archive.size());
  const auto& files = seen.json["files"];
  REQUIRE(files.Size() == 4);
  CHECK(files[0]["path"] == "README");
  CHECK(files[1]["path"] == "fake/main/main.jar");
  CHECK(files[1]["size"].GetInt() == 11);
  CHECK(files[1]["mode"] == "0755");
  CHECK(files[1]["sha256"] == manager::sha256_of("another jar").c_str());
  CHECK(files[3]["mode"] == "0644");
  CHECK_FALSE(seen.json["more"].GetBool());
  const auto page = dm.get("/packages/app-2.0.0/contents?limit=2");
  CHECK(page.json["files"].Size() == 2);
  CHECK(page.text("next") == "fake/main/main.jar");
  const std::string next = dm.next_page("/packages/app-2.0.0/contents?limit=2");
  CHECK(next == "/packages/app-2.0.0/contents?limit=2&after=fake%2Fmain%2Fmain.jar");
  CHECK(dm.get(next).json["files"][0]["path"] == "fake/main/properties.json");
  CHECK(dm.get("/packages/absent-1.0.0/contents").status == 404);
  CHECK(dm.get("/packages/app-2.0.0/contents?colour=red").status == 400);
}

TEST_CASE("the difference of two versions: components, defaults, files; secrets stay masked") {
  manager_fixture dm;
  prepare(dm);
  const auto seen = dm.get("/packages/app-2.0.0/difference?from=app-1.0.0");
  REQUIRE(seen.status == 200);
  CHECK(seen.text("from") == "app-1.0.0");
  const auto& components = seen.json["components"];
  CHECK(components["added"][0]["component"] == "second");
  CHECK(components["removed"].Empty());
  const auto& properties = components["changed"][0]["properties"];
  CHECK(properties["changed"]["count"]["from"].GetInt() == 3);
  CHECK(properties["changed"]["count"]["to"].GetInt() == 4);
  CHECK(properties["changed"]["db_password"]["to"] == "********");
  CHECK(seen.body.find("hush") == std::string::npos);
  CHECK(seen.body.find("shout") == std::string::npos);
  const auto& files = seen.json["files"];
  REQUIRE(files["added"].Size() == 2);
  CHECK(files["added"][0]["path"] == "README");
  CHECK(files["added"][1]["path"] == "fake/second/x");
  REQUIRE(files["removed"].Size() == 1);
  CHECK(files["removed"][0]["path"] == "fake/main/application.properties");
  REQUIRE(files["changed"].Size() == 2);
  CHECK(files["changed"][0]["path"] == "fake/main/main.jar");
  CHECK(files["changed"][0]["from"]["mode"] == "0644");
  CHECK(files["changed"][0]["to"]["mode"] == "0755");
  const std::string path = "/packages/app-2.0.0/difference?from=app-1.0.0&limit=3";
  const auto first = dm.get(path);
  CHECK(first.json["more"].GetBool());
  CHECK(first.text("next") == "fake/main/main.jar");
  const auto second = dm.get(dm.next_page(path));
  CHECK(second.json["files"]["changed"].Size() == 1);
  CHECK(second.json["files"]["added"].Size() == 1);
  CHECK(dm.next_page(dm.next_page(path)).empty());
  const auto none = dm.get("/packages/app-2.0.0/difference?from=app-2.0.0");
  CHECK(none.json["files"]["changed"].Empty());
  CHECK(none.json["components"]["changed"].Empty());
  CHECK(dm.get("/packages/app-2.0.0/difference").status == 400);
  CHECK(dm.get("/packages/app-2.0.0/difference?from=app").status == 400);
  const auto absent = dm.get("/packages/app-2.0.0/difference?from=app-3.0.0");
  CHECK(absent.status == 404);
  CHECK(absent.text("status") == "NOTDEPLOYED");
}

TEST_CASE("of what an earlier version has deployed nobody knows the digests, and that is said") {
  manager_fixture dm;
  prepare(dm);
  dm.stop();
  forget_digests(dm, "app-1.0.0");
  dm.start();
  const auto record = dm.get("/packages/app-1.0.0");
  CHECK(record.json["sha256"].IsNull());
  CHECK(record.text("sha256_unknown_because").find("deploy it again") != std::string::npos);
  const auto seen = dm.get("/packages/app-1.0.0/contents");
  CHECK(seen.status == 200);
  CHECK(seen.json["files"].IsNull());
  CHECK(seen.text("sha256_unknown_because").find("app-1.0.0") != std::string::npos);
  const auto difference = dm.get("/packages/app-2.0.0/difference?from=app-1.0.0");
  CHECK(difference.json["files"].IsNull());
  CHECK(difference.text("information").find("app-1.0.0") != std::string::npos);
  CHECK(difference.json["components"]["added"].Size() == 1);
  for (const char* method : {"DELETE", "PUT"}) {
    REQUIRE(dm.request(method, "/packages/app-1.0.0?user.name=daemon&wait=60").text("status") ==
            "SUCCEEDED");
  }
  CHECK(dm.get("/packages/app-1.0.0/contents").json["files"].Size() == 3);
}

TEST_CASE("what is known of a package goes with it") {
  manager_fixture dm;
  prepare(dm);
  CHECK(dm.get("/packages/app-1.0.0").text("sha256").size() == 64);
  CHECK(dm.get("/packages?view=status").json["app-1.0.0"]["sha256"].GetStringLength() == 64);
  REQUIRE(dm.request("DELETE", "/packages/app-1.0.0?user.name=daemon&wait=60").status == 200);
  CHECK(dm.get("/packages/app-1.0.0").json["sha256"].IsNull());
  CHECK_FALSE(dm.get("/packages/app-1.0.0").json.HasMember("sha256_unknown_because"));
  CHECK(dm.get("/packages/app-1.0.0/contents").status == 404);
  dm.stop();
  manager::database registry(dm.directory() / "data/registry.sqlite");
  auto rows = registry.query("SELECT COUNT(*) FROM package_files WHERE package = ?", "app-1.0.0");
  REQUIRE(rows.step());
  CHECK(rows.integer(0) == 0);
}
