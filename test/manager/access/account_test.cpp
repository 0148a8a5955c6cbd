// Operating system accounts.
// SPDX-License-Identifier: Apache-2.0
#include "access/account.h"

#include <catch2/catch.hpp>

using manager::find_account;

TEST_CASE("accounts and their groups") {
  const auto root = find_account("root");
  REQUIRE(root);
  CHECK(root->uid == 0);
  CHECK(root->member_of("root"));
  CHECK_FALSE(root->member_of("no-such-group"));
  CHECK_FALSE(find_account("no-such-account"));
  CHECK_FALSE(find_account(""));
  CHECK_FALSE(find_account("root\n"));
  CHECK_FALSE(find_account("../root"));
}
