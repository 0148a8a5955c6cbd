// Access lists as YARN writes them.
#include "cluster/access_list.h"

#include <catch2/catch.hpp>

using dm::cluster::access_list;

TEST_CASE("users, groups, both, everybody, nobody") {
  access_list list;
  list.add("alice,bob prod,dev");
  CHECK(list.names_user("alice"));
  CHECK(list.names_user("bob"));
  CHECK_FALSE(list.names_user("prod"));
  CHECK(list.names_one_of({"users", "dev"}));
  CHECK_FALSE(list.names_one_of({"alice"}));
  CHECK_FALSE(list.everybody);
  access_list groups;
  groups.add(" prod");
  CHECK_FALSE(groups.names_user("prod"));
  CHECK(groups.names_one_of({"prod"}));
  access_list users;
  users.add("alice ");
  CHECK(users.names_user("alice"));
  CHECK(users.groups.empty());
  for (const char* nobody : {" ", ""}) {
    access_list none;
    none.add(nobody);
    CHECK_FALSE(none.everybody);
    CHECK(none.users.empty());
    CHECK(none.groups.empty());
  }
  access_list everybody;
  everybody.add("*");
  CHECK(everybody.everybody);
}

TEST_CASE("whoever one of several lists names, is named") {
  access_list list;
  list.add("alice ");
  list.add(" prod");
  list.add(" ");
  CHECK(list.names_user("alice"));
  CHECK(list.names_one_of({"prod"}));
}
