// What a session saw last of each component.
// SPDX-License-Identifier: Apache-2.0
#include "context/last_known.h"

#include <catch2/catch.hpp>

using dm::component::component_state;
using dm::context::last_known;

TEST_CASE("the newest sight of a component is remembered, and of no other") {
  last_known known;
  CHECK_FALSE(known.of("a"));
  known.remember("a", {component_state::starting, "application_1_0001", "", {}});
  known.remember("a", {component_state::running, "application_1_0001", "job", {}});
  known.remember("b", {component_state::stopped, "", "", {}});
  REQUIRE(known.of("a"));
  CHECK(known.of("a")->state == component_state::running);
  CHECK(known.of("a")->job_id == "job");
  CHECK(known.of("b")->state == component_state::stopped);
}

TEST_CASE("the memory of a long session is bounded") {
  last_known known;
  for (int i = 0; i < 60'000; ++i)
    known.remember(std::to_string(i), {component_state::running, "", "", {}});
  CHECK(known.of("59999"));
  CHECK_FALSE(known.of("0"));
}
