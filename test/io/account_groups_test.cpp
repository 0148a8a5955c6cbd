// Accounts and groups of this node.
#include "io/account_groups.h"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

using namespace dm::io;

TEST_CASE("this process's account and groups, by name") {
  const auto process = groups_of_process();
  REQUIRE(process);
  const std::string own = ::getgrgid(::getegid())->gr_name;
  CHECK(std::count(process->groups.begin(), process->groups.end(), own) == 1);
  CHECK_FALSE(process->account.empty());
}

TEST_CASE("those of another account, where who is none is not taken for one without groups") {
  const auto root = groups_of("root");
  REQUIRE(root);
  CHECK(root->account == "root");
  CHECK(std::find(root->groups.begin(), root->groups.end(), "root") != root->groups.end());
  const auto nobody = groups_of("no-such-account-here");
  REQUIRE_FALSE(nobody);
  CHECK(nobody.error().code == dm::status_code::not_found);
}
