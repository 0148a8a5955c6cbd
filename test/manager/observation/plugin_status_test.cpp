// What a plugin says of components when it is asked.
// SPDX-License-Identifier: Apache-2.0
#include "observation/plugin_status.h"

#include "support/fake_session.h"

#include <catch2/catch.hpp>

using namespace manager;
using manager_test::fake_session;
using manager_test::write_file;

namespace {

const component_record first{"app", 0, "fake", "a", "{}", "{}", "RUNNING"};
const component_record second{"app", 1, "fake", "b", "{}", "{}", "RUNNING"};

std::vector<json::document> ask(fake_session& plugin, const std::string& type = "fake") {
  return plugin_status(*plugin.plugins, type, "test", {&first, &second}, false, {});
}

}  // namespace

TEST_CASE("the entries come in the order of the components, by one call") {
  fake_session plugin;
  const auto told = ask(plugin);
  REQUIRE(told.size() == 2);
  CHECK(json::text_of(told[0], "component") == "a");
  CHECK(json::text_of(told[1], "component") == "b");
  CHECK(plugin.calls() == 1);
}

TEST_CASE("what is no answer for every one is a failure that says of what") {
  fake_session plugin;
  std::string reply;
  SECTION("a status") { reply = R"({"status":14})"; }
  SECTION("one of two") { reply = R"({"reply":{"components":[{"component":"a"}]}})"; }
  SECTION("no list") { reply = R"({"reply":{"components":7}})"; }
  SECTION("an entry that is no object") { reply = R"({"reply":{"components":[{},7]}})"; }
  SECTION("nothing") { reply = R"({"reply":{}})"; }
  write_file(plugin.script / "status.json", reply);
  CHECK_THROWS_WITH(ask(plugin),
                    Catch::Matchers::StartsWith("status of components of type fake: "));
}

TEST_CASE("a plugin that is away is no bad request") {
  fake_session plugin;
  try {
    ask(plugin, "gone");
    FAIL("it was answered");
  } catch (const failure& problem) {
    CHECK(problem.kind() == failure_kind::failed_connection);
    CHECK_THAT(problem.what(), Catch::Matchers::StartsWith("status of components of type gone: "));
  }
}
