// Cancelling what an operation does.
// SPDX-License-Identifier: Apache-2.0
#include "base/cancellation.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

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
