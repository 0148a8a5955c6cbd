// What a start would fail at, told beforehand.
// SPDX-License-Identifier: Apache-2.0
#include "access/tokens.h"
#include "base/directory_lock.h"
#include "manager.h"
#include "registry/database.h"
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <set>

using namespace manager;
using manager_test::manager_fixture;

namespace {

std::vector<problem> start_problems(const manager_fixture& dm) {
  std::vector<problem> problems;
  check_start(dm.settings(), problems);
  check_registry(dm.settings(), {"fake"}, problems);
  return problems;
}

std::set<std::string> all_below(const std::filesystem::path& root) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    names.insert(entry.path().string());
  }
  return names;
}

bool says(const std::vector<problem>& all, const std::string& path, const std::string& words) {
  return std::any_of(all.begin(), all.end(), [&](const problem& one) {
    return one.path == path && to_text(one).find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a configuration that is right is, before the first start, beside one and after it") {
  manager_fixture dm;
  const auto check = [&] {
    const auto problems = start_problems(dm);
    INFO(to_text(problems));
    CHECK(problems.empty());
  };
  std::filesystem::remove(dm.directory() / "data");
  const auto before = all_below(dm.directory().path());
  check();
  CHECK(all_below(dm.directory().path()) == before);
  manager_test::write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.configure("listen", R"({"socket":{"path":""},"tcp":[{"authentication":["trust_user_name"],)"
                         R"("port":)" +
                             std::to_string(dm.port()) + "}]}");
  check();
  CHECK(says(start_warnings(dm.settings()), "$.data_root", "runs on it"));
  dm.stop();
  const auto after = all_below(dm.directory().path());
  check();
  CHECK(all_below(dm.directory().path()) == after);
}

TEST_CASE("files that a start could not make or read are told, all of them") {
  manager_fixture dm;
  dm.configure("port_file", R"("no/such/port")");
  dm.configure("log_file", R"("data")");
  dm.configure("access", R"({"token_file":"tokens"})");
  dm.configure("plugins_path", R"("no-plugins")");
  dm.configure("listen",
               R"({"socket":{"path":"no/such/api.sock"},"tcp":[{"port":0,)"
               R"("authentication":["token"],"address":"192.0.2.1","plain_text":true}]})");
  manager_test::write_file(dm.directory() / "data/registry.sqlite", std::string(5000, 'x'));
  const auto before = all_below(dm.directory().path());
  const auto problems = start_problems(dm);
  INFO(to_text(problems));
  CHECK(problems.size() == 7);
  CHECK(says(problems, "$.port_file", "no/such"));
  CHECK(says(problems, "$.log_file", "is a directory"));
  CHECK(says(problems, "$.access.token_file", "tokens"));
  CHECK(says(problems, "$.plugins_path", "no-plugins"));
  CHECK(says(problems, "$.listen.socket.path", "no/such"));
  CHECK(says(problems, "$.listen.tcp", "192.0.2.1"));
  CHECK(says(problems, "$.data_root", "not a database"));
  CHECK(all_below(dm.directory().path()) == before);
}

TEST_CASE("a registry of a newer version is told, and components without a plugin") {
  manager_fixture dm;
  manager_test::write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create("one", "app-1.0.0");
  dm.stop();
  std::vector<problem> problems;
  check_registry(dm.settings(), {"other"}, problems);
  REQUIRE(problems.size() == 1);
  CHECK(says(problems, "$.plugins_path", "component type fake"));
  {
    database newer(dm.directory() / "data/registry.sqlite");
    newer.script("PRAGMA user_version=99");
  }
  CHECK(says(start_problems(dm), "$.data_root", "schema version 99"));
}

TEST_CASE("a group of administrators that is not there is warned, and none is none") {
  manager_fixture dm;
  dm.configure("admin_group", R"("no-such-group")");
  CHECK(start_problems(dm).empty());
  CHECK(says(start_warnings(dm.settings()), "$.admin_group", "no-such-group"));
  for (const char* group : {R"("root")", R"("")"}) {
    dm.configure("admin_group", group);
    CHECK_FALSE(says(start_warnings(dm.settings()), "$.admin_group", ""));
  }
}

TEST_CASE("a look at a directory's lock takes it from nobody") {
  const manager_test::temporary_directory directory;
  CHECK_FALSE(is_locked(directory.path()));
  CHECK(std::filesystem::is_empty(directory.path()));
  {
    const directory_lock held(directory.path(), "data_root");
    CHECK(is_locked(directory.path()));
    CHECK_THROWS(directory_lock(directory.path(), "data_root"));
  }
  CHECK_FALSE(is_locked(directory.path()));
}

TEST_CASE("ways in that may not be meant are warned of") {
  manager_fixture dm;
  dm.configure("listen", R"({"socket":{"path":"socket","mode":"0666"},
      "tcp":[{"authentication":["trust_user_name"],"port":0}]})");
  const auto warnings = start_warnings(dm.settings());
  CHECK(says(warnings, "$.listen.tcp", "believed"));
  CHECK(says(warnings, "$.listen.socket.mode", "every account"));
}

TEST_CASE("what is wrong on the machine is told beside what is wrong in the text, once") {
  manager_fixture dm;
  std::vector<problem> problems;
  const auto settings = read_configuration(
      R"({"environment":{"namespace":"x"},"plugins_path":"/no/plugins","data_root":7,"no":1,
          "listen":{"tcp":[{"port":0}]},"access":{"token_file":"/no/tokens"}})",
      dm.directory().path(), problems);
  REQUIRE(settings);
  const std::size_t before = problems.size();
  CHECK(before >= 3);
  check_rest(*settings, problems);
  CHECK(says(problems, "$.plugins_path", "no directory"));
  CHECK(says(problems, "$.access.token_file", ""));
  CHECK(std::count_if(problems.begin(), problems.end(),
                      [](const auto& one) { return one.path == "$.data_root"; }) == 1);
  CHECK_FALSE(says(problems, "$.stage_root", ""));
}
