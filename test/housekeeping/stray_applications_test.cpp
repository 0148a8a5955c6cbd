// Applications and records that do not fit together.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/finders.h"

#include <algorithm>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::kind;

TEST_CASE("a component of this node that is wanted, with its guard at work, is no stray record") {
  planted p;
  p.append_run(p.d.data);
  auto reply = p.inspect({kind::record_without_application});
  CHECK(reply.entries.size() == 1);
  CHECK_FALSE(reply.entries.front().cleanable);
  p.d.edge.supervisord().change(p.d.data.program, [](auto& one) { one.state = "RUNNING"; });
  CHECK(p.inspect({kind::record_without_application}).entries.empty());
  p.d.edge.supervisord().change(p.d.data.program, [](auto& one) { one.state = "EXITED"; });
  p.d.edge.supervisord().server().stop();
  reply = p.inspect({kind::record_without_application});
  CHECK(reply.entries.empty());
  CHECK(reply.withheld.size() == 1);
}

TEST_CASE(
    "an application of another user with the component's tags is not the component's second") {
  planted p;
  p.d.append(component::record_kind::run);
  p.d.play_guard();
  fake::yarn_application other;
  other.user = "mallory";
  other.tags = {component::fleet_tag("prod"), component::component_tag(p.d.data.id),
                component::epoch_tag(p.d.data.id, 9)};
  p.d.resource_manager.cluster().submit(other);
  CHECK(p.inspect({kind::second_application}).entries.empty());
}

TEST_CASE(
    "an application whose component the host has no record of is told, with where it is known") {
  planted p;
  p.d.append(component::record_kind::run);
  const std::string id = p.d.play_guard();
  p.records.clear();
  const auto reply = p.inspect({kind::live_without_record});
  REQUIRE(reply.entries.size() == 1);
  CHECK(reply.entries.front().application_id == id);
  CHECK(reply.entries.front().component == "stream");
  CHECK_FALSE(reply.entries.front().cleanable);
}
