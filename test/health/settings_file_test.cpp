// The configuration file.
// SPDX-License-Identifier: Apache-2.0
#include "health/settings_file.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "health/settings_check.h"

using namespace dm::health;

namespace {

settings read(const std::string& text, dm::problem_list& problems) {
  return read_settings(text, "health.json", problems);
}

bool tells(const dm::problem_list& problems, const std::string& path) {
  for (const dm::problem& one : problems) {
    if (one.path == path) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("the example is accepted and says every member") {
  std::ifstream file(DM_HEALTH_EXAMPLE);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  dm::problem_list problems;
  const settings given = read(text, problems);
  for (const dm::problem& one : problems) CHECK(one.path == "");
  CHECK(check_settings(given).empty());
  CHECK(given.metric == "hadoop.flink.health");
  CHECK(given.history_servers.size() == 1);
  CHECK(given.resource_managers.size() == 2);
  CHECK(given.limit.checkpoint_age_of.size() == 1);
}

TEST_CASE("what is absent keeps its default") {
  dm::problem_list problems;
  const settings given = read("{}", problems);
  CHECK(problems.empty());
  CHECK(given.metric == "hadoop.flink.health");
  CHECK(given.limit.probe == std::chrono::seconds(10));
  CHECK(given.limit.run == std::chrono::seconds(40));
  CHECK(given.limit.failed_components == level::error);
}

TEST_CASE("all problems of form are told at once, with path and what is allowed") {
  dm::problem_list problems;
  read(R"({"metrik": "x", "post": 7, "history_servers": "http://h:1", "archives": [1],
           "supervisord": [], "deployment_manager": {"tokenfile": "x"},
           "limits": {"probe_ms": "10", "failed_components": "BAD",
                      "checkpoint_age_of": {"a/b": "c"}}})",
       problems);
  for (const char* path : {"$.metrik", "$.post", "$.history_servers", "$.archives", "$.supervisord",
                           "$.deployment_manager.tokenfile", "$.limits.probe_ms",
                           "$.limits.failed_components", "$.limits.checkpoint_age_of"}) {
    INFO(path);
    CHECK(tells(problems, path));
  }
  CHECK(problems.count() == 9);
}

TEST_CASE("a text that is no JSON object is told with the file's name") {
  dm::problem_list problems;
  read(GENERATE(as<std::string>{}, "", "[", "{\"a\":", "not json"), problems);
  REQUIRE(problems.count() == 1);
  CHECK(problems.front().path == "health.json");
  dm::problem_list other;
  read("[]", other);
  CHECK(other.count() == 1);
}

TEST_CASE("a password in the wrong place is not repeated") {
  dm::problem_list problems;
  read(R"({"supervisord": {"password": "tiger", "password_file": {"x": "tiger"}}})", problems);
  CHECK(problems.count() == 2);
  for (const dm::problem& one : problems) CHECK(one.found.find("tiger") == std::string::npos);
}
