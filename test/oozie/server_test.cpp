// Requests to Oozie, and what becomes of them.
// SPDX-License-Identifier: Apache-2.0
#include "oozie/server.h"

#include <catch2/catch.hpp>

#include "fake/oozie.h"

using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;
namespace oozie = dm::oozie;

namespace {

struct one_oozie {
  fake::oozie there;
  io::http_client http;
  oozie::server server{http, there.url(), "pnda"};
  io::operation in_time = io::operation::within(std::chrono::minutes(1));
};

const oozie::job_properties configuration{{"user.name", "pnda"}, {"dm_run", "7"}};

}  // namespace

TEST_CASE("what is submitted is found by its name, by nobody else's") {
  one_oozie o;
  const auto id = o.server.submit(o.in_time, configuration);
  REQUIRE(id);
  const auto found = o.server.find(o.in_time, "dm-test-7");
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().id == *id);
  CHECK(o.server.find(o.in_time, "dm-test-8")->empty());
  oozie::server other(o.http, o.there.url(), "somebody");
  CHECK(other.find(o.in_time, "dm-test-7")->empty());
}

TEST_CASE("a refusal is definite, and has changed nothing") {
  one_oozie o;
  o.there.refuse_submission("E1003", "Invalid coordinator application attributes");
  const auto id = o.server.submit(o.in_time, configuration);
  REQUIRE_FALSE(id);
  CHECK(id.error().code == status_code::invalid_argument);
  CHECK_FALSE(id.error().maybe_done);
}

TEST_CASE("a submission whose answer is lost may have been taken") {
  one_oozie o;
  for (const auto what : {fake::disturbance::kind::reset, fake::disturbance::kind::half_body}) {
    fake::disturbance lost;
    lost.what = what;
    lost.carried_out = true;
    o.there.server().disturb_next(lost);
    const auto id = o.server.submit(o.in_time, configuration);
    REQUIRE_FALSE(id);
    CHECK(id.error().code == status_code::unavailable);
    CHECK(id.error().maybe_done);
  }
  CHECK(o.there.coordinators().size() == 2);
}

TEST_CASE("an Oozie that is away is no answer to anything") {
  one_oozie o;
  o.there.server().stop();
  CHECK(o.server.find(o.in_time, "x").error().code == status_code::unavailable);
  CHECK(o.server.look_up_workflow(o.in_time, "0-W").error().code == status_code::unavailable);
  CHECK(o.server.kill(o.in_time, "0-C").error().code == status_code::unavailable);
}

TEST_CASE("a job that Oozie does not have is NOT_FOUND") {
  one_oozie o;
  const std::string id = "0009999-261127173400269-oozie-flin-W";
  CHECK(o.server.look_up_workflow(o.in_time, id).error().code == status_code::not_found);
  CHECK(o.server.kill(o.in_time, id).error().code == status_code::not_found);
}

TEST_CASE("killing a coordinator kills its workflows") {
  one_oozie o;
  const std::string id = o.there.add_coordinator("dm-test-7");
  const std::string workflow = o.there.add_workflow(id);
  REQUIRE(o.server.kill(o.in_time, id));
  CHECK(o.server.look_up(o.in_time, id, 5)->phase() == oozie::job_phase::ended_badly);
  CHECK(o.server.look_up_workflow(o.in_time, workflow)->phase() == oozie::job_phase::ended_badly);
  CHECK(o.server.look_up_workflow(o.in_time, workflow)->coordinator_id() == id);
}
