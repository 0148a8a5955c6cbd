// How many plans are made at a time.
// SPDX-License-Identifier: Apache-2.0
#include "application/plan_turns.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

#include <list>

using namespace manager;

TEST_CASE("an account has one at a time, and all together so many") {
  plan_turns turns;
  std::list<plan_turns::turn> taken;
  taken.emplace_back(turns, "ada");
  CHECK_THROWS_WITH(plan_turns::turn(turns, "ada"), Catch::Matchers::Contains("for ada"));
  for (std::size_t i = 1; i < plan_turns::most_plans; ++i) {
    taken.emplace_back(turns, "user" + std::to_string(i));
  }
  try {
    const plan_turns::turn one_more(turns, "bob");
    FAIL("there are enough");
  } catch (const failure& refused) {
    CHECK(refused.kind() == failure_kind::failed_connection);
    CHECK(std::string(refused.what()).find("ask again") != std::string::npos);
  }
  taken.pop_front();
  CHECK_NOTHROW(plan_turns::turn(turns, "bob"));
  CHECK_NOTHROW(plan_turns::turn(turns, "ada"));
}
