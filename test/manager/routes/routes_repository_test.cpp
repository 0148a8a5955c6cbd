// /repository/packages, by HTTP.
// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"
#include "registry/database.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::manager_fixture;
using manager_test::write_simple_package;

TEST_CASE("packages are uploaded, listed, deployed and deleted") {
  manager_fixture dm;
  manager_test::temporary_directory elsewhere;
  write_simple_package(elsewhere.path(), "app-1.0.0");
  const std::string bytes = manager_test::read_file(elsewhere / "app-1.0.0.tar.gz");
  dm.start();
  const std::string path = "/repository/packages/app-1.0.0.tar.gz";

  CHECK(dm.get("/repository/packages").body == "[]");
  const auto made = dm.request("PUT", path + "?user.name=daemon", bytes);
  CHECK(made.status == 201);
  CHECK(made.json["changed"].GetBool());
  CHECK(made.text("sha256") == manager::sha256_of(bytes));
  CHECK(manager_test::read_file(dm.repository() / "app-1.0.0.tar.gz") == bytes);
  CHECK(dm.request("PUT", path + "?user.name=daemon", bytes).status == 200);
  const auto other = dm.request("PUT", path + "?user.name=daemon", bytes + "x");
  CHECK(other.status == 409);
  CHECK(manager_test::read_file(dm.repository() / "app-1.0.0.tar.gz") == bytes);
  CHECK(
      dm.get("/repository/packages").body ==
      R"([{"name":"app","latest_versions":[{"version":"1.0.0","file":"app-1.0.0.tar.gz","sha256":")" +
          manager::sha256_of(bytes) + R"("}]}])");
  dm.deploy("app-1.0.0");
  CHECK(dm.get("/packages/app-1.0.0").text("sha256") == manager::sha256_of(bytes));

  CHECK(dm.request("DELETE", path + "?user.name=nobody").status == 403);
  CHECK(dm.request("DELETE", path + "?user.name=daemon").status == 200);
  CHECK(dm.request("DELETE", path + "?user.name=daemon").status == 404);
  CHECK(dm.get("/packages/app-1.0.0/status").text("status") == "DEPLOYED");
}

TEST_CASE("bad uploads are refused and leave nothing") {
  manager_fixture dm;
  dm.configure("limits", R"({"package_bytes":1000})");
  dm.start();
  const auto put = [&](const std::string& file, const std::string& body) {
    return dm.request("PUT", "/repository/packages/" + file, body).status;
  };
  CHECK(put("app-1.0.0.tar.gz", "x") == 400);
  CHECK(put("app-1.0.0.tar.gz?user.name=no-such-account", "x") == 403);
  CHECK(put("app-1.0.0.zip?user.name=daemon", "x") == 400);
  CHECK(put("..%2Fapp-1.0.0.tar.gz?user.name=daemon", "x") == 400);
  CHECK(put("app-1.0.0.tar.gz?user.name=daemon", std::string(2000, 'x')) == 413);
  CHECK(put("app-1.0.0.tar.gz?user.name=daemon", "") == 400);
  for (const auto& entry : std::filesystem::directory_iterator(dm.repository())) {
    CHECK(entry.path().filename() == ".lock");
  }
}

TEST_CASE("a repository service is named without the password that it is asked with") {
  manager_fixture dm;
  dm.configure("package_repository", R"("http://repo:s3cret@127.0.0.1:1/prm?token=t0ken")");
  dm.start();
  const std::string path = "/repository/packages/app-1.0.0.tar.gz?user.name=";
  CHECK(dm.request("PUT", path + "no-such-account", "x").status == 403);
  const auto refused = dm.request("PUT", path + "daemon", "x");
  CHECK(refused.status == 400);
  CHECK(refused.text("information").find("http://***@127.0.0.1:1/prm; upload there") !=
        std::string::npos);
  CHECK(dm.request("DELETE", path + "daemon").status == 400);
  CHECK(dm.get("/repository/packages").status == 503);
}

TEST_CASE("recency says how many versions") {
  manager_fixture dm;
  for (const char* version : {"1.9.0", "1.10.0", "0.1.0"}) {
    manager_test::write_file(dm.repository() / (std::string("app-") + version + ".tar.gz"), "x");
  }
  dm.start();
  const auto two = dm.get("/repository/packages?recency=2&user.name=daemon");
  REQUIRE(two.json[0]["latest_versions"].Size() == 2);
  CHECK(two.json[0]["latest_versions"][0]["version"] == "1.10.0");
  CHECK(two.json[0]["latest_versions"][1]["version"] == "1.9.0");
  CHECK(dm.get("/repository/packages?recency=0").status == 400);
  CHECK(dm.get("/repository/packages?recency=two").status == 400);
}

TEST_CASE("the repository is listed by pages and filters, by the packages' names") {
  manager_fixture dm;
  for (const char* file : {"a-1.0.0", "a-1.1.0", "ab-1.0.0", "b-1.0.0", "b-c-1.0.0"}) {
    manager_test::write_file(dm.repository() / (std::string(file) + ".tar.gz"), "x");
  }
  dm.start();
  const auto names = [&](const std::string& query) {
    std::string text;
    const auto listed = dm.get("/repository/packages" + query);
    for (const auto& one : listed.json.GetArray()) {
      text += std::string(manager::json::text_of(one, "name")) + " ";
    }
    return text;
  };
  CHECK(names("") == "a ab b b-c ");
  CHECK(names("?prefix=a") == "a ab ");
  CHECK(names("?name=b") == "b ");
  CHECK(names("?limit=2") == "a ab ");
  CHECK(dm.next_page("/repository/packages?limit=2") == "/repository/packages?limit=2&after=ab");
  CHECK(names("?limit=2&after=ab") == "b b-c ");
  CHECK(dm.next_page("/repository/packages?limit=2&after=ab").empty());
  CHECK(dm.get("/repository/packages?name=..%2Fx&limit=-1&page=2").json["details"].Size() == 3);
}

TEST_CASE("a digest is shown of what was uploaded and is still that file, and of nothing else") {
  manager_fixture dm;
  manager_test::write_file(dm.repository() / "app-1.0.0.tar.gz", "by hand");
  dm.start();
  const auto digest = [&](const std::string& version) {
    const auto listed = dm.get("/repository/packages?recency=9");
    for (const auto& one : listed.json[0]["latest_versions"].GetArray()) {
      if (one["version"] != version.c_str()) continue;
      return one["sha256"].IsNull() ? "null" : std::string(one["sha256"].GetString());
    }
    return std::string("not listed");
  };
  const std::string path = "/repository/packages/app-2.0.0.tar.gz";
  REQUIRE(dm.request("PUT", path + "?user.name=daemon", "uploaded").status == 201);
  CHECK(digest("1.0.0") == "null");
  CHECK(digest("2.0.0") == manager::sha256_of("uploaded"));
  // The same bytes again say what a file is that an earlier version has taken in.
  {
    manager::database registry(dm.directory() / "data/registry.sqlite");
    registry.run("UPDATE uploads SET sha256 = NULL");
  }
  CHECK(digest("2.0.0") == "null");
  CHECK(dm.request("PUT", path + "?user.name=nobody", "uploaded").status == 200);
  CHECK(digest("2.0.0") == manager::sha256_of("uploaded"));
  CHECK(dm.request("DELETE", path + "?user.name=nobody").status == 403);
  // By hand, as files come into the repository, too.
  manager_test::write_file(dm.repository() / "other", "replaced");
  std::filesystem::rename(dm.repository() / "other", dm.repository() / "app-2.0.0.tar.gz");
  CHECK(digest("2.0.0") == "null");
}
