// Who may do what.
// SPDX-License-Identifier: Apache-2.0
#include "access/authorizer.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("owners and administrators") {
  const authorizer rules("root", {"uid:0"});
  CHECK_NOTHROW(rules.check_owner("daemon", "daemon", "application:stop"));
  CHECK_NOTHROW(rules.check_owner("root", "daemon", "application:stop"));
  CHECK_THROWS_WITH(rules.check_owner("nobody", "daemon", "application:stop"),
                    "User \"nobody\" does not have authorization for "
                    "\"deployment_manager:application:stop\"");
  CHECK_THROWS_AS(rules.check_owner("nobody", std::nullopt, "package:undeploy"), failure);
  CHECK_NOTHROW(rules.check_reader(std::nullopt));
  CHECK_THROWS_WITH(rules.check_reader("no-such"), "Failed to find details for user \"no-such\"");
}

TEST_CASE("accounts that no application may run as") {
  CHECK_THROWS_AS(authorizer("admin", {"uid:0"}).check_may_run({"toor", 0, {}}), failure);
  CHECK_NOTHROW(authorizer("admin", {"uid:0"}).check_may_run({"pnda", 1000, {}}));
  CHECK_THROWS_AS(authorizer("admin", {"pnda"}).check_may_run({"pnda", 1000, {}}), failure);
  CHECK_THROWS_AS(authorizer("admin", {"group:sudo"}).check_may_run({"pnda", 1000, {"sudo"}}),
                  failure);
  CHECK_NOTHROW(authorizer("admin", {}).check_may_run({"root", 0, {}}));
}
