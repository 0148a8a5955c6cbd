// Operations on the fleet as the registry keeps them.
// SPDX-License-Identifier: Apache-2.0
#include "registry/fleet_store.h"

#include "registry/registry.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using manager::fleet_member;
using manager::fleet_operation;
using manager::registry_view;

namespace {

fleet_operation operation(const std::string& id, std::int64_t at) {
  return {id, "stop", "ada", "", R"({"all":true})", at};
}

fleet_member member(const std::string& operation, std::int64_t position) {
  fleet_member one;
  one.operation = operation;
  one.position = position;
  one.application = "app-" + std::to_string(position);
  one.type = "flink";
  one.name = "main";
  one.user = "ada";
  return one;
}

}  // namespace

TEST_CASE("an operation on the fleet and its members are found as they were written") {
  const manager_test::temporary_directory directory;
  manager::registry memory(directory / "registry.sqlite");
  memory.transact([](registry_view& view) {
    view.fleets.add(operation("a", 1), {member("a", 0), member("a", 1)});
  });
  memory.transact([](registry_view& view) {
    CHECK(view.fleets.find("a")->request == R"({"all":true})");
    CHECK_FALSE(view.fleets.find("b"));
    auto members = view.fleets.members("a");
    REQUIRE(members.size() == 2);
    CHECK(members[1].application == "app-1");
    CHECK(members[1].outcome == manager::fleet_outcome::waiting);
    members[1].outcome = manager::fleet_outcome::saved;
    members[1].child = "c";
    members[1].facts = R"({"x":1})";
    view.fleets.put(members[1]);
    const auto of_child = view.fleets.members_of_child("a", "c");
    REQUIRE(of_child.size() == 1);
    CHECK(of_child[0].facts == R"({"x":1})");
    CHECK(view.fleets.members("a")[0].outcome == manager::fleet_outcome::waiting);
  });
}

TEST_CASE("the list has the newest first, page by page") {
  const manager_test::temporary_directory directory;
  manager::registry memory(directory / "registry.sqlite");
  memory.transact([](registry_view& view) {
    for (int i = 1; i <= 3; ++i) view.fleets.add(operation(std::to_string(i), i), {});
    const auto first = view.fleets.list(std::nullopt, 2);
    REQUIRE(first.size() == 2);
    CHECK(first[0].id == "3");
    const auto rest = view.fleets.list(manager::fleet_place{2, "2"}, 2);
    REQUIRE(rest.size() == 1);
    CHECK(rest[0].id == "1");
  });
}

TEST_CASE("old ones are forgotten with their members, not the newest and not what is under way") {
  const manager_test::temporary_directory directory;
  manager::registry memory(directory / "registry.sqlite");
  memory.transact([](registry_view& view) {
    for (int i = 1; i <= 4; ++i) {
      const std::string id = std::to_string(i);
      view.fleets.add(operation(id, i), {member(id, 0)});
    }
    manager::operation_record goes_on;
    goes_on.id = "1";
    goes_on.noun = "fleet";
    goes_on.name = "test";
    view.operations.add(goes_on);
    view.fleets.prune(2, 100);
    CHECK(view.fleets.find("1"));
    CHECK_FALSE(view.fleets.find("2"));
    CHECK(view.fleets.members("2").empty());
    CHECK(view.fleets.find("3"));
    view.fleets.prune(0, 4);
    CHECK_FALSE(view.fleets.find("3"));
    CHECK(view.fleets.find("4"));
  });
}
