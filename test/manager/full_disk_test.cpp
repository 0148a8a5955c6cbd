// A disk that is full for a while, in the middle of each operation: nothing is lost.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/small_file_system.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

// Long enough for a record that is tried, and short enough to be one of many.
constexpr std::chrono::milliseconds full_for{1'500};

bool cannot_be_tested(const manager_test::small_file_system& disk) {
  if (!disk.mounted()) WARN("a full disk needs root: not tested");
  return !disk.mounted();
}

}  // namespace

TEST_CASE("an upgrade and a creation go on when the disk has place again") {
  manager_fixture dm;
  const manager_test::small_file_system disk(dm.directory() / "data", "8m");
  if (cannot_be_tested(disk)) return;
  dm.configure("limits", R"({"reserve_bytes":0})");
  write_simple_package(dm.repository(), "app-1.0.0");
  write_simple_package(dm.repository(), "app-2.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.deploy("app-2.0.0");
  std::string verb = "destroy";
  SECTION("in remove_old") {}
  SECTION("in stop") { verb = "stop"; }
  SECTION("in lay_out_new") { verb = "create"; }
  SECTION("in start") { verb = "start"; }
  SECTION("in a creation") { verb = "creation"; }
  std::size_t calls = 1;
  if (verb == "creation") {
    dm.script("create", R"({"delay_ms":700,"once":true})");
    REQUIRE(dm.request("PUT", "/applications/one?user.name=daemon", R"({"package":"app-1.0.0"})")
                .status == 202);
    verb = "create";
  } else {
    dm.create_and_start("one", "app-1.0.0");
    calls = dm.calls(verb).size() + 1;
    dm.script(verb, R"({"delay_ms":700,"once":true})");
    REQUIRE(dm.request("POST", "/applications/one/upgrade?user.name=daemon",
                       R"({"package":"app-2.0.0"})")
                .status == 202);
  }
  eventually([&] { return dm.calls(verb).size() >= calls; });
  disk.fill();
  std::this_thread::sleep_for(full_for);
  disk.free();
  eventually([&] {
    const std::string state = dm.get("/applications/one/status").text("status");
    return state == "STARTED" || state == "CREATED";
  });
  const auto record = dm.get("/applications/one");
  INFO(record.body);
  if (record.text("status") == "STARTED") CHECK(record.text("package_name") == "app-2.0.0");
  CHECK(dm.made("one", "main"));
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(dm.made("one", "main"));
}

TEST_CASE("uploads leave the reserve alone, and a full disk is 507") {
  manager_fixture dm;
  const manager_test::small_file_system disk(dm.directory() / "data", "8m");
  if (cannot_be_tested(disk)) return;
  dm.configure("package_repository", manager::json::quote((dm.directory() / "data/r").string()));
  std::string limits = R"({"reserve_bytes":8388608})";
  SECTION("the reserve") {}
  SECTION("the disk") { limits = R"({"reserve_bytes":0})"; }
  dm.configure("limits", limits);
  dm.start();
  disk.fill();
  const auto refused = dm.request("PUT", "/repository/packages/app-1.0.0.tar.gz?user.name=daemon",
                                  std::string(100'000, 'x'));
  CHECK(refused.status == 507);
  CHECK(refused.text("information").find("DELETE") != std::string::npos);
  disk.free();
}

TEST_CASE("an account's uploads have a quota") {
  manager_fixture dm;
  dm.configure("limits", R"({"user_bytes":100000})");
  dm.start();
  const auto put = [&](const std::string& version, const std::string& user) {
    return dm
        .request("PUT", "/repository/packages/app-" + version + ".tar.gz?user.name=" + user,
                 std::string(60'000, 'x'))
        .status;
  };
  CHECK(put("1.0.0", "daemon") == 201);
  CHECK(put("2.0.0", "daemon") == 507);
  CHECK(put("2.0.0", "nobody") == 201);
}
