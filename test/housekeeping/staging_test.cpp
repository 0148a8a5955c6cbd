// Staging directories: of ended applications, and of no others.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

TEST_CASE(
    "staging of an application that YARN does not list goes only where no log knows it alive") {
  planted p;
  p.d.append(component::record_kind::run);
  const std::string id = p.d.play_guard();
  const std::string path = p.staging(id);
  // As after a restart without recovery: gone from the list, and its end is recorded nowhere.
  p.d.resource_manager.cluster().forget(id);
  auto reply = p.clean({kind::staging});
  CHECK(reply.entries.empty());
  CHECK(reply.withheld.size() == 1);
  CHECK(p.d.name_node.files().exists(path));
  p.d.put_end(p.d.log().newest_incarnation()->number, component::outcome::killed,
              component::decision::none);
  reply = p.clean({kind::staging});
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().removed == true);
  CHECK(reply.entries.front().application_id == id);
  CHECK_FALSE(p.d.name_node.files().exists(path));
}

TEST_CASE("an application that lives when it comes to the removal keeps its staging") {
  planted p;
  const std::string id = p.put_application("KILLED");
  const std::string path = p.staging(id);
  // The list is old by the time: the second look decides.
  p.d.name_node.server().disturb([&](const fake::request& asked) {
    if (asked.path.ends_with("/.flink"))
      p.d.resource_manager.cluster().change(id, [](auto& one) { one.state = "KILLED"; });
    if (asked.query.count("op") != 0 && asked.query.at("op") == "GETCONTENTSUMMARY")
      p.d.resource_manager.cluster().change(id, [](auto& one) { one.state = "RUNNING"; });
    return std::optional<fake::disturbance>();
  });
  const auto reply = p.clean({kind::staging});
  p.d.name_node.server().disturb(nullptr);
  REQUIRE(reply.entries.size() == 1);
  REQUIRE(reply.entries.front().failure);
  CHECK(reply.entries.front().failure->code == status_code::failed_precondition);
  CHECK(p.d.name_node.files().exists(path));
}

TEST_CASE("another user's list does not hide that an application lives") {
  planted p;
  p.d.resource_manager.set_view_of_others(fake::resource_manager::view::filtered);
  p.staging(p.put_application("RUNNING"));
  CHECK(p.inspect({kind::staging}).entries.empty());
}

TEST_CASE("a thousand staging directories cost one question to YARN") {
  planted p;
  for (int i = 0; i < 1005; ++i) p.staging(fmt::format("application_1700000000000_{:04}", i + 1));
  p.d.resource_manager.server().forget_requests();
  const auto reply = p.inspect({kind::staging});
  CHECK(reply.entries.size() == 1000);
  CHECK(reply.more == std::vector{kind::staging});
  CHECK(p.d.resource_manager.server().request_count() <= 3);
  CHECK(std::count_if(reply.entries.begin(), reply.entries.end(),
                      [](const auto& one) { return one.size_bytes >= 0; }) == 200);
}
