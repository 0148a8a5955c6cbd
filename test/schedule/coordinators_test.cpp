// One coordinator a start, whatever is lost on the way.
// SPDX-License-Identifier: Apache-2.0
#include "schedule/coordinators.h"

#include <catch2/catch.hpp>
#include <thread>

#include "fake/name_node.h"
#include "fake/oozie.h"

using dm::status_code;
namespace fake = dm::fake;
namespace io = dm::io;
namespace oozie = dm::oozie;

namespace {

struct scene {
  fake::name_node node;
  fake::oozie there;
  io::http_client http;
  dm::cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  oozie::server server{http, there.url(), "pnda"};
  dm::schedule::coordinators own{hdfs, server, "/state/prod/app/job", "test"};
  io::operation in_time = io::operation::within(std::chrono::minutes(1));
  oozie::schedule hourly;

  scene() {
    hourly.minutes = 60;
    node.files().make_directories("/state/prod/app/job", "pnda", "750");
    REQUIRE(own.place(in_time, "<workflow-app/>", "<coordinator-app/>"));
  }
  dm::result<std::string> ensure(std::uint64_t run = 7) {
    return own.ensure(in_time, run, hourly, "pnda");
  }
  std::size_t live() {
    std::size_t count = 0;
    for (const fake::oozie_job& one : there.coordinators())
      count += one.status == "RUNNING" ? 1 : 0;
    return count;
  }
};

fake::disturbance lost_answer(bool carried_out) {
  fake::disturbance lost;
  lost.what = fake::disturbance::kind::reset;
  lost.carried_out = carried_out;
  return lost;
}

void lose_submission(scene& s, bool carried_out) {
  auto once = std::make_shared<bool>(false);
  s.there.server().disturb(
      [once, carried_out](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.method != "POST" || std::exchange(*once, true)) return std::nullopt;
        return lost_answer(carried_out);
      });
}

}  // namespace

TEST_CASE("a coordinator is submitted once, however often it is seen to") {
  scene s;
  const auto first = s.ensure();
  REQUIRE(first);
  CHECK(*s.ensure() == *first);
  CHECK(s.there.coordinators().size() == 1);
  CHECK(**s.own.recorded(s.in_time, 7) == *first);
}

TEST_CASE("a submission whose answer was lost is found again") {
  scene s;
  lose_submission(s, true);
  const auto lost = s.ensure();
  REQUIRE_FALSE(lost);
  CHECK(lost.error().code == status_code::unavailable);
  const auto found = s.ensure();
  REQUIRE(found);
  CHECK(s.there.coordinators().size() == 1);
}

TEST_CASE("one that never arrived is submitted") {
  scene s;
  lose_submission(s, false);
  REQUIRE_FALSE(s.ensure());
  REQUIRE(s.ensure());
  CHECK(s.there.coordinators().size() == 1);
}

TEST_CASE("a second coordinator of one start is killed, and the recorded one stays") {
  scene s;
  const auto first = s.ensure();
  REQUIRE(first);
  const std::string late = s.there.add_coordinator("dm-test-7");
  REQUIRE(s.ensure());
  CHECK(s.there.job(late)->status == "KILLED");
  CHECK(s.there.job(*first)->status == "RUNNING");
}

TEST_CASE("several that see to it at once agree on one") {
  scene s;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&s] {
      dm::schedule::coordinators own(s.hdfs, s.server, "/state/prod/app/job", "test");
      (void)own.ensure(io::operation::within(std::chrono::minutes(1)), 7, s.hourly, "pnda");
    });
  }
  for (std::thread& one : threads) one.join();
  const auto settled = s.ensure();
  REQUIRE(settled);
  CHECK(s.live() == 1);
  CHECK(s.there.job(*settled)->status == "RUNNING");
}

TEST_CASE("what Oozie refuses for good is refused") {
  scene s;
  s.there.refuse_submission("E1003", "frequency");
  CHECK(s.ensure().error().code == status_code::invalid_argument);
}

TEST_CASE("ending: all there may be, and only once Oozie says so is it forgotten") {
  scene s;
  REQUIRE(s.ensure(3));
  REQUIRE(s.ensure(7));
  s.there.server().stop();
  const auto away = s.own.end_all(s.in_time);
  REQUIRE_FALSE(away);
  CHECK(away.error().code == status_code::unavailable);
  s.there.server().start();
  const auto ended = s.own.end_all(s.in_time);
  REQUIRE(ended);
  CHECK(ended->lived);
  CHECK_FALSE(ended->had_come);
  CHECK(s.live() == 0);
  CHECK_FALSE(s.own.end_all(s.in_time)->lived);
}

TEST_CASE("ending finds a coordinator whose submission got no answer") {
  scene s;
  lose_submission(s, true);
  REQUIRE_FALSE(s.ensure());
  REQUIRE(s.own.end_all(s.in_time));
  CHECK(s.live() == 0);
}

TEST_CASE("an HDFS that is away is no proof that there is no coordinator") {
  scene s;
  REQUIRE(s.ensure());
  s.node.server().stop();
  CHECK(s.own.end_all(s.in_time).error().code == status_code::unavailable);
  CHECK(s.live() == 1);
}

TEST_CASE("nothing was ever placed: nothing to end, and to remove") {
  scene s;
  REQUIRE(s.own.remove(s.in_time));
  CHECK_FALSE(s.own.end_all(s.in_time)->lived);
  CHECK(s.own.remove(s.in_time));
}

TEST_CASE("a coordinator that has come to its own end is told apart from one that was killed") {
  for (const auto& [status, had_come] :
       {std::pair("SUCCEEDED", true), std::pair("DONEWITHERROR", true), std::pair("KILLED", false),
        std::pair("FAILED", false)}) {
    INFO(status);
    scene s;
    s.there.set_status(*s.ensure(), status);
    const auto ended = s.own.end_all(s.in_time);
    REQUIRE(ended);
    CHECK_FALSE(ended->lived);
    CHECK(ended->had_come == had_come);
  }
}
