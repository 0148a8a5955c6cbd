// Who may do what.
// SPDX-License-Identifier: Apache-2.0
#include "access/authorizer.h"

#include "base/failure.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

caller named(const std::string& user) {
  caller who;
  who.user = user;
  return who;
}

}  // namespace

TEST_CASE("owners and administrators") {
  access_rules given;
  given.shared_groups = {"daemon"};
  const authorizer rules(given);
  CHECK_NOTHROW(rules.check_owner(named("daemon"), "daemon", "application:stop"));
  CHECK_THROWS_WITH(rules.check_owner(named("nobody"), "daemon", "application:stop"),
                    "User \"nobody\" does not have authorization for "
                    "\"deployment_manager:application:stop\"");
  CHECK_THROWS_AS(rules.check_owner(named("nobody"), std::nullopt, "package:undeploy"), failure);
  caller administers = named("nobody");
  administers.roles.add(role::administer);
  CHECK_NOTHROW(rules.check_owner(administers, "daemon", "application:stop"));
  CHECK_NOTHROW(rules.check_reader(std::nullopt));
  CHECK_THROWS_WITH(rules.check_reader("no-such"), "Failed to find details for user \"no-such\"");
}

TEST_CASE(
    "words are for who may act for their owner, and for whoever is unnamed where names prove "
    "nothing") {
  const authorizer rules{access_rules()};
  CHECK(rules.may_read_words(named("daemon"), "daemon"));
  CHECK_FALSE(rules.may_read_words(named("nobody"), "daemon"));
  caller unnamed;  // of a listener that believes names: it has the role
  unnamed.roles.add(role::read);
  CHECK(rules.may_read_words(unnamed, "daemon"));
  CHECK_FALSE(rules.may_read_words(caller(), "daemon"));  // nobody
  caller by_token = named("dashboard");
  by_token.how = proof::token;
  by_token.roles.add(role::read);
  CHECK_FALSE(rules.may_read_words(by_token, "daemon"));
}

TEST_CASE("what an account that is gone has left can be stopped by an administrator") {
  const authorizer rules{access_rules()};
  caller administers = named("root");
  administers.roles = role_set::all();
  CHECK_NOTHROW(rules.check_owner(administers, "left-the-company", "application:stop"));
}

TEST_CASE("roles by name, uid, group and everyone") {
  access_rules given;
  given.readers = {"*"};
  given.deployers = {"group:daemon"};
  given.operators = {"uid:1"};
  given.administrators = {"nobody"};
  given.admin_group = "no-such-group";
  const authorizer rules(given);
  CHECK(rules.roles_of("daemon", find_account("daemon")) ==
        role_set{role::read, role::deploy, role::operate});
  CHECK(rules.roles_of("nobody", find_account("nobody")).has(role::administer));
  CHECK(rules.roles_of("bin", find_account("bin")) == role_set{role::read});
  CHECK(rules.roles_of("dashboard", std::nullopt) == role_set{role::read});
  given.readers = {"daemon"};
  CHECK(authorizer(given).roles_of("dashboard", std::nullopt).empty());
}

TEST_CASE("accounts that no application may run as") {
  const auto refused = [](std::vector<std::string> entries, uid_t least, const account& who) {
    access_rules given;
    given.refused_users = std::move(entries);
    given.minimum_uid = least;
    try {
      authorizer(given).check_may_run(who);
    } catch (const failure&) {
      return true;
    }
    return false;
  };
  CHECK(refused({"uid:0"}, 0, {"toor", 0, {}}));
  CHECK_FALSE(refused({"uid:0"}, 0, {"pnda", 1000, {}}));
  CHECK(refused({"pnda"}, 0, {"pnda", 1000, {}}));
  CHECK(refused({"group:sudo"}, 0, {"pnda", 1000, {"sudo"}}));
  CHECK_FALSE(refused({}, 0, {"root", 0, {}}));
  CHECK(refused({}, 1000, {"backup", 34, {}}));
  CHECK(refused(access_rules().refused_users, 1000, {"hdfs", 1500, {}}));
  CHECK(refused(access_rules().refused_users, 1000, {"yarn", 1501, {}}));
}
