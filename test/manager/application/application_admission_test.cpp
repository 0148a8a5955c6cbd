// What is looked at before an operation is accepted.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_admission.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("an application must be in one of the states") {
  const manager_test::temporary_directory directory;
  registry memory(directory / "db");
  const auto look = [&] {
    return find_application_in(memory, "one",
                               {application_state::created, application_state::started});
  };
  try {
    look();
    FAIL("it was found");
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::not_found);
    CHECK(why.state() == "NOTCREATED");
  }
  application_record application;
  application.name = "one";
  for (const char* state : {"STARTED", "STOPPING"}) {
    application.state = state;
    memory.transact([&](registry_view& view) { view.applications.put(application); });
    if (application.state == "STARTED") {
      CHECK(look().name == "one");
      continue;
    }
    try {
      look();
      FAIL("it was found");
    } catch (const failure& why) {
      CHECK(why.kind() == failure_kind::conflicting_state);
      CHECK(why.state() == "STOPPING");
    }
  }
}

TEST_CASE("overrides are objects of objects of objects, but for members with their own meaning") {
  const auto body = json::parse_or_throw(
      R"({"package":"a-1.0.0","timeout_ms":5,"fake":{"main":{"x":1},"other":7},"typo":3})", "test");
  std::vector<problem> problems;
  check_overrides(body, {"package", "timeout_ms"}, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "$.fake.other");
  CHECK(problems[1].path == "$.typo");
}

TEST_CASE("a package that is not deployed is refused by its state") {
  const manager_test::temporary_directory directory;
  registry memory(directory / "db");
  CHECK_THROWS_AS(deployed_package(memory, "a-1.0.0"), failure);
  package_record package;
  package.name = "a-1.0.0";
  package.state = package_state::deployed;
  package.metadata = "{}";
  memory.transact([&](registry_view& view) { view.packages.put(package); });
  CHECK(deployed_package(memory, "a-1.0.0").metadata == "{}");
}
