// Roles, and what limits them.
// SPDX-License-Identifier: Apache-2.0
#include "access/caller.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("who administers may do everything else") {
  CHECK(role_set{role::administer}.has(role::deploy));
  CHECK(role_set{role::read}.has(role::read));
  CHECK_FALSE(role_set{role::read, role::operate}.has(role::deploy));
  CHECK_FALSE(role_set().has(role::read));
}

TEST_CASE("a limit takes away and never gives") {
  const role_set some{role::read, role::operate};
  CHECK(role_set::all().limited_to(some) == some);
  CHECK(some.limited_to(role_set::all()) == some);
  CHECK(some.limited_to({role::read, role::deploy}) == role_set{role::read});
  CHECK(role_set{role::administer}.limited_to({role::operate}) == role_set{role::operate});
  CHECK(some.limited_to({}).empty());
}
