// Keeping away from a plugin that does not come back.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/circuit_breaker.h"

#include <catch2/catch.hpp>

using namespace manager;
using position = circuit_breaker::position;
using std::chrono::seconds;

namespace {

const circuit_breaker::time begin{};
breaker_limits limits() { return {2, seconds(30), seconds(100), 4}; }

}  // namespace

TEST_CASE("it opens after some failures in a row; a probe decides, and its pause grows") {
  circuit_breaker breaker(limits());
  REQUIRE(breaker.admit(begin));
  breaker.got_stuck(begin);
  CHECK(breaker.state(begin) == position::closed);
  breaker.came_back();
  breaker.got_stuck(begin);
  breaker.got_stuck(begin);
  CHECK(breaker.state(begin) == position::open);
  CHECK(breaker.stuck() == 3);
  CHECK_FALSE(breaker.admit(begin + seconds(29)));
  CHECK(breaker.state(begin + seconds(31)) == position::half_open);
  REQUIRE(breaker.admit(begin + seconds(31)));
  CHECK_FALSE(breaker.admit(begin + seconds(31)));
  breaker.not_made();
  REQUIRE(breaker.admit(begin + seconds(31)));
  breaker.came_back();
  CHECK(breaker.state(begin + seconds(31)) == position::closed);
}

TEST_CASE("where one failure is enough it opens at the first, and a probe decides as well") {
  circuit_breaker breaker(limits());
  REQUIRE(breaker.admit(begin));
  breaker.got_stuck(begin, true);
  CHECK(breaker.state(begin) == position::open);
  CHECK_FALSE(breaker.admit(begin + seconds(29)));
  breaker.came_back_late(begin + seconds(1));
  REQUIRE(breaker.admit(begin + seconds(1)));
  breaker.got_stuck(begin + seconds(1), true);
  CHECK_FALSE(breaker.admit(begin + seconds(60)));
  REQUIRE(breaker.admit(begin + seconds(61)));
  breaker.came_back();
  CHECK(breaker.state(begin + seconds(61)) == position::closed);
}

TEST_CASE("a probe that fails doubles the pause; lost threads are bounded") {
  circuit_breaker breaker(limits());
  breaker.got_stuck(begin);
  breaker.got_stuck(begin);
  REQUIRE(breaker.admit(begin + seconds(30)));
  breaker.got_stuck(begin + seconds(30));
  CHECK_FALSE(breaker.admit(begin + seconds(89)));
  REQUIRE(breaker.admit(begin + seconds(90)));
  breaker.got_stuck(begin + seconds(90));
  CHECK(breaker.stuck() == 4);
  CHECK_FALSE(breaker.admit(begin + seconds(10'000)));
  CHECK(breaker.state(begin + seconds(10'000)) == position::open);
  breaker.came_back_late(begin + seconds(91));
  CHECK(breaker.admit(begin + seconds(91)));
}
