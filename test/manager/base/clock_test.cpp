// Times as text.
// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <catch2/catch.hpp>

TEST_CASE("times are RFC 3339 in UTC with milliseconds") {
  CHECK(manager::to_rfc3339(0) == "1970-01-01T00:00:00.000Z");
  CHECK(manager::to_rfc3339(1709210096007) == "2024-02-29T12:34:56.007Z");
}

TEST_CASE("RFC 3339 in UTC is read back") {
  CHECK(manager::from_rfc3339("2024-02-29T12:34:56.007Z") == 1709210096007);
  CHECK(manager::from_rfc3339("2024-02-29T12:34:56Z") == 1709210096000);
  CHECK(manager::from_rfc3339("2024-02-29T12:34:56.1234Z") == 1709210096123);
  CHECK_FALSE(manager::from_rfc3339("2024-02-29T12:34:56.007+01:00"));
  CHECK_FALSE(manager::from_rfc3339("2024-02-29 12:34"));
  CHECK_FALSE(manager::from_rfc3339(""));
}
