// GET /whoami.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"

#include <catch2/catch.hpp>

using namespace manager_test;

TEST_CASE("who asks is told as whom he is known and what he may do") {
  manager_fixture dm;
  dm.configure("access", R"({"administrators":["daemon"],"roles":{"deploy":["daemon"]}})");
  dm.start();
  const answer nobody = dm.get("/whoami");
  REQUIRE(nobody.status == 200);
  CHECK(nobody.json["user"].IsNull());
  CHECK(nobody.text("proof") == "none");
  CHECK(nobody.json["roles"].Size() == 1);
  CHECK(nobody.json["roles"][0] == "read");

  const answer known = dm.get("/whoami?user.name=daemon");
  CHECK(known.text("user") == "daemon");
  CHECK(known.text("proof") == "trusted_name");
  CHECK(known.json["roles"].Size() == 4);
  CHECK(known.json["account"].GetBool());

  const answer other = dm.get("/whoami?user.name=nobody");
  CHECK(other.json["roles"].Size() == 2);  // read, operate
  CHECK_FALSE(dm.get("/whoami?user.name=no-such-account").json["account"].GetBool());
  CHECK(dm.get("/whoami?user=daemon").status == 400);
}
