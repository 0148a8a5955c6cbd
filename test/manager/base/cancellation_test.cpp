// Cancelling what an operation does.
// SPDX-License-Identifier: Apache-2.0
#include "base/cancellation.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

using manager::cancellation;

TEST_CASE("registered actions run at the request, later ones at once, ended ones never") {
  cancellation cancel;
  int early = 0;
  int ended = 0;
  int late = 0;
  {
    const cancellation::registration gone(cancel, [&] { ++ended; });
  }
  const cancellation::registration first(cancel, [&] { ++early; });
  CHECK_NOTHROW(cancel.check());
  cancel.request();
  const cancellation::registration second(cancel, [&] { ++late; });
  CHECK(early == 1);
  CHECK(late == 1);
  CHECK(ended == 0);
  CHECK_THROWS_AS(cancel.check(), manager::failure);
}

TEST_CASE("a request ends a pause, and a pause after it does not begin") {
  manager::cancellation cancel;
  std::thread requester([&] { cancel.request(); });
  CHECK_THROWS_AS(cancel.pause(std::chrono::minutes(10)), manager::failure);
  requester.join();
  CHECK_THROWS_AS(cancel.pause(std::chrono::minutes(10)), manager::failure);
  manager::cancellation other;
  CHECK_NOTHROW(other.pause(std::chrono::milliseconds(1)));
}
