// YARN's ResourceManagers: one, a pair, in any state.
// SPDX-License-Identifier: Apache-2.0
#include "health/resource_manager_probe.h"

#include <catch2/catch.hpp>

#include "fake/resource_manager.h"
#include "looking.h"

using namespace dm::health;
using dm::test::look;
using dm::test::number;
using dm::test::tells;

namespace {

struct pair {
  std::shared_ptr<dm::fake::yarn_cluster> cluster = std::make_shared<dm::fake::yarn_cluster>();
  dm::fake::resource_manager first{cluster};
  dm::fake::resource_manager second{cluster};
  dm::io::http_client http;

  pair() { second.set_standby(first.address()); }
  finding looked(dm::io::milliseconds limit = std::chrono::seconds(20)) {
    resource_manager_probe probe(http, {first.address(), second.address()}, "pnda",
                                 std::chrono::seconds(20));
    return look(http, probe, limit);
  }
};

}  // namespace

TEST_CASE("a pair of which one is active and one a standby is OK") {
  pair both;
  const finding found = both.looked();
  CHECK(found.severity() == level::ok);
  CHECK(number(found, "flink.resource_manager_available_success") == 1);
  CHECK(number(found, "flink.node_managers_count") == 1);
  CHECK(both.first.server().request_count() == 2);
}

TEST_CASE("the standby's trouble is a WARN, the active one's an ERROR") {
  pair both;
  both.second.server().stop();
  CHECK(tells(both.looked(), level::warn, "could not take over"));
  CHECK(both.looked().severity() == level::warn);
  both.second.server().start();
  both.first.server().stop();
  const finding found = both.looked();
  CHECK(tells(found, level::error, "no ResourceManager is active"));
  CHECK(number(found, "flink.resource_manager_available_success") == 0);
}

TEST_CASE("a hanging standby holds nothing up beyond its time") {
  pair both;
  both.second.server().disturb([](const dm::fake::request&) { return dm::fake::disturbance{}; });
  const finding found = both.looked(std::chrono::milliseconds(300));
  CHECK(found.severity() == level::warn);
  CHECK(number(found, "flink.resource_manager_available_success") == 1);
}

TEST_CASE("both away is an ERROR of each") {
  pair both;
  both.first.server().stop();
  both.second.server().stop();
  const finding found = both.looked();
  CHECK(found.severity() == level::error);
  CHECK(found.causes.size() == 2);
}

TEST_CASE("both active is told") {
  pair both;
  both.second.set_active();
  CHECK(tells(both.looked(), level::warn, "both"));
}

TEST_CASE("no node in service: no job can start") {
  pair both;
  both.cluster->set_nodes({});
  CHECK(tells(both.looked(), level::error, "no node in service"));
}

TEST_CASE("one that does not let us in could not be told (INV-10)") {
  pair both;
  for (auto* one : {&both.first, &both.second}) {
    one->server().disturb([](const dm::fake::request&) {
      dm::fake::disturbance no;
      no.what = dm::fake::disturbance::kind::replace;
      no.instead = dm::fake::text(401, "Authentication required", "text/html");
      return no;
    });
  }
  const finding found = both.looked();
  CHECK(tells(found, level::warn, "does not let this program in"));
  CHECK(found.severity() == level::warn);
}
