// Whether somebody watches a component.
// SPDX-License-Identifier: Apache-2.0
#include "observation/guard_presence.h"

#include <catch2/catch.hpp>

#include "observation/facts.h"

using namespace dm::observation;
using dm::test::facts;

TEST_CASE("each form in which a guard is missing is told apart") {
  struct row {
    facts given;
    guard_presence presence;
    bool given_up;
    const char* described;
  };
  const row table[] = {
      {facts(), guard_presence::at_work, false, ""},
      {facts().guard("STARTING"), guard_presence::at_work, false, ""},
      {facts().guard("BACKOFF"), guard_presence::at_work, false, ""},
      {facts().guard("STOPPED"), guard_presence::missing, false, "STOPPED in supervisord"},
      {facts().guard("EXITED", 3), guard_presence::missing, true, "exit code 3 (EXITED)"},
      {facts().guard("FATAL"), guard_presence::missing, true, "(FATAL"},
      {facts().no_program(), guard_presence::missing, false,
       "does not know its guard's program flink.prod.app.stream"},
      {facts().supervisor_silent(), guard_presence::not_known, false, "no such socket"},
      {facts().other_node(), guard_presence::not_known, false, "edge1 was not asked"},
  };
  for (const row& r : table) {
    const std::string text = described_guard(dm::test::component_record(), r.given.f);
    CAPTURE(text);
    CHECK(presence_of_guard(r.given.f) == r.presence);
    CHECK(guard_given_up(r.given.f) == r.given_up);
    CHECK(text.find(r.described) != std::string::npos);
    CHECK(text.empty() == (r.presence == guard_presence::at_work));
  }
}
