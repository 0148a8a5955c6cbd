// Deploying: from a service, with a plugin's objections, with limits, and after a failure.
// SPDX-License-Identifier: Apache-2.0
#include "package/package_service.h"

#include "fake/http_server.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

std::string deploy_and_fail(manager_fixture& dm) {
  REQUIRE(dm.request("PUT", "/packages/app-1.0.0?user.name=daemon").status == 202);
  std::string text;
  eventually([&] {
    text = dm.get("/packages/app-1.0.0/status").text("information");
    return !text.empty();
  });
  CHECK(dm.get("/packages/app-1.0.0/status").text("status") == "NOTDEPLOYED");
  CHECK(std::filesystem::is_empty(dm.directory() / "data/packages"));
  return text;
}

}  // namespace

TEST_CASE("what the plugins object to is the contract's text") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.script("validate",
            R"({"status":3,"reply":{"error":{"code":"INVALID_ARGUMENT","message":"wrong",
    "details":[{"path":"$.main_class","found":"nothing","allowed":"a class name"}]}}})");
  dm.start();
  const std::string text = deploy_and_fail(dm);
  CHECK(text.starts_with("Error deploying app-1.0.0 FailedValidation, details: "));
  CHECK(text.find(R"({\"fake\":{\"main\":[\"$.main_class)") != std::string::npos);
  const auto calls = dm.calls("validate");
  CHECK(calls[0]["request"]["scope"] == "package");
  CHECK(calls[0]["request"]["files"].Size() == 3);
  CHECK(calls[0]["request"]["properties"]["component_count"].GetInt() == 3);
  dm.unscript("validate");
  dm.deploy("app-1.0.0");
}

TEST_CASE("an archive beyond the limit is not deployed") {
  manager_fixture dm;
  manager_test::write_file(dm.repository() / "app-1.0.0.tar.gz", std::string(5000, 'x'));
  dm.configure("limits", R"({"package_bytes":4000})");
  dm.start();
  CHECK(deploy_and_fail(dm).find("limits.package_bytes") != std::string::npos);
}

TEST_CASE("a killed plugin session leaves the state before") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.script("validate", R"({"status":14})");
  dm.start();
  CHECK(deploy_and_fail(dm).find("FailedConnection") != std::string::npos);
}

TEST_CASE("packages come from a repository service") {
  const manager_test::temporary_directory elsewhere;
  write_simple_package(elsewhere.path(), "app-1.0.0");
  const std::string bytes = manager_test::read_file(elsewhere / "app-1.0.0.tar.gz");
  dm::fake::http_server service([&](const dm::fake::request& asked) {
    if (asked.path == "/packages/app-1.0.0.tar.gz") return dm::fake::text(200, bytes);
    if (asked.path == "/packages")
      return dm::fake::json(200, R"([{"name":"app","latest_versions":[]}])");
    return dm::fake::text(500, "<html><title>it broke</title></html>", "text/html");
  });
  manager_fixture dm;
  dm.configure("package_repository", manager::json::quote(service.address()));
  dm.start();
  dm.deploy("app-1.0.0");
  CHECK(dm.get("/repository/packages?recency=3&user.name=daemon").body ==
        R"([{"name":"app","latest_versions":[]}])");
  CHECK(service.requests().back().target == "/packages?user.name=daemon&recency=3");
  CHECK(dm.request("PUT", "/repository/packages/x-1.0.0.tar.gz?user.name=daemon", "x").status ==
        400);
  REQUIRE(dm.request("PUT", "/packages/other-1.0.0?user.name=daemon").status == 202);
  eventually([&] {
    return dm.get("/packages/other-1.0.0/status")
               .text("information")
               .find(
                   "Package Repository Manager - it broke (request path = "
                   "/packages/other-1.0.0.tar.gz?user.name=daemon)") != std::string::npos;
  });
  service.stop();
  const auto away = dm.get("/repository/packages");
  CHECK(away.status == 503);
  CHECK(away.body == R"({"information":"Unable to connect to the Package Repository Manager"})");
}
