// YARN's word about applications, and when it counts.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/witnesses.h"

#include <catch2/catch.hpp>

#include "planted.h"

using namespace dm;
using dm::test::planted;
using housekeeping::application_life;
using housekeeping::life_in;
using housekeeping::witnesses;

namespace {
io::operation in_time() { return io::operation::within(std::chrono::seconds(30)); }
}  // namespace

TEST_CASE("one question tells which of a user's applications live, and it is asked once") {
  planted p;
  const std::string lives = p.put_application("RUNNING");
  const std::string ended = p.put_application("KILLED");
  auto& session = p.session();
  const auto known = housekeeping::find_components(session, in_time(), p.request());
  witnesses asked(session, known);
  const auto& listing = asked.applications_of(in_time(), p.d.data.user);
  REQUIRE(listing);
  CHECK(life_in(*listing, lives) == application_life::lives);
  CHECK(life_in(*listing, ended) == application_life::ended);
  CHECK_FALSE(life_in(*listing, "application_1_0099"));
  CHECK(witnesses::absence_counts(*listing));
  const std::size_t requests = p.d.resource_manager.server().request_count();
  CHECK(&asked.applications_of(in_time(), p.d.data.user) == &listing);
  CHECK(p.d.resource_manager.server().request_count() == requests);
}

TEST_CASE("what a ResourceManager that has just started does not list may live (INV-10)") {
  planted p;
  p.d.resource_manager.set_started_on(io::now().time_since_epoch().count() - 30'000);
  auto& session = p.session();
  const auto known = housekeeping::find_components(session, in_time(), p.request());
  witnesses asked(session, known);
  const auto& listing = asked.applications_of(in_time(), p.d.data.user);
  REQUIRE(listing);
  CHECK_FALSE(witnesses::absence_counts(*listing));
  CHECK_FALSE(asked.life_now(in_time(), p.d.data.user, "application_1_0099"));
  const std::string ended = p.put_application("KILLED");
  CHECK(asked.life_now(in_time(), p.d.data.user, ended) == application_life::ended);
  p.d.resource_manager.set_started_on(1);
  CHECK(asked.life_now(in_time(), p.d.data.user, "application_1_0099") ==
        application_life::forgotten);
}
