// Scheduled components: each run is submitted exactly once, whoever is killed, and ended when Oozie
// has given it up.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "component/component_name.h"
#include "fake/oozie.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::decision;
using dm::component::end_fact;
using dm::component::outcome;
namespace component = dm::component;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

struct scheduled : surroundings {
  fake::oozie there;
  std::string coordinator;
  std::uint64_t wish = 0;

  scheduled() {
    there.name_by("dm-" + id + "-");
    spec.oozie = component::guard_spec::oozie_part{there.url(), {}};
    spec.oozie->schedule.minutes = 60;
    spec.job_type = component::job_type::batch;
    spec.respawn = component::respawn::never;
    spec.follow_interval_ms = 100;
    pace.wish_look = io::milliseconds(50);
    pace.take_back_limit = io::milliseconds(100);
    name_node.files().make_directories("/state/prod/app/job/oozie", spec.user, "750");
  }
  // As start leaves it.
  void schedule() {
    wish = want();
    coordinator = there.add_coordinator("dm-" + id + "-" + std::to_string(wish));
  }
  std::string begin() { return there.add_workflow(coordinator); }
  void guard_of(const std::string& workflow) { run_name = dm::oozie::run_name{workflow, 0}; }
  void run_in_background(const std::string& workflow) {
    guard_of(workflow);
    start();
  }
  bool lives(std::size_t count = 1) {
    return eventually([&] { return live_ids().size() == count; });
  }
  void finish_all(const std::string& final_status = "SUCCEEDED") {
    for (const std::string& one : live_ids()) finish(one, final_status);
  }
};

}  // namespace

TEST_CASE("a run is submitted, followed to its end, and ends as its job") {
  scheduled s;
  s.schedule();
  const std::string workflow = s.begin();
  s.run_in_background(workflow);
  REQUIRE(s.lives());
  s.finish_all();
  CHECK(s.join() == component::guard_exit_done);
  CHECK(s.submissions() == 1);
  CHECK(s.report.outcome == "completed");
  CHECK(s.report.run == workflow + ".0");
  CHECK(s.report.application_id.starts_with("application_"));
  const auto* incarnation = s.log().incarnation_of(workflow + ".0");
  CHECK(incarnation != nullptr);
}

TEST_CASE("the same run again is not submitted again, and ends the same way") {
  scheduled s;
  s.schedule();
  const std::string workflow = s.begin();
  s.run_in_background(workflow);
  REQUIRE(s.lives());
  s.finish_all();
  REQUIRE(s.join() == component::guard_exit_done);
  CHECK(s.run() == component::guard_exit_done);
  CHECK(s.report.outcome == "completed");
  CHECK(s.submissions() == 1);
}

TEST_CASE("a launcher that is tried again adopts the run's application") {
  scheduled s;
  s.schedule();
  const std::string workflow = s.begin();
  s.run_in_background(workflow);
  REQUIRE(s.lives());
  REQUIRE(eventually([&] { return !s.log().applications.empty(); }));
  s.terminate();
  CHECK(s.join() == component::guard_exit_left);
  CHECK(s.report.outcome == "left");
  REQUIRE(s.live_ids().size() == 1);
  s.run_in_background(workflow);
  REQUIRE(eventually([&] { return s.guard_log().find("adopting run") != std::string::npos; }));
  s.finish_all();
  CHECK(s.join() == component::guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a run that fails ends with 3, and is not tried again by itself") {
  scheduled s;
  s.schedule();
  s.run_in_background(s.begin());
  REQUIRE(s.lives());
  s.finish_all("FAILED");
  CHECK(s.join() == component::guard_exit_failed);
  CHECK(s.report.outcome == "failed");
  CHECK_FALSE(s.report.cause.empty());
  CHECK(s.submissions() == 1);
}

TEST_CASE("a run that is not to be submits nothing") {
  scheduled s;
  s.schedule();
  const std::string workflow = s.begin();
  SECTION("the component is not wanted") {
    s.unwant();
    s.guard_of(workflow);
  }
  SECTION("its workflow is over") {
    s.there.set_status(workflow, "KILLED");
    s.guard_of(workflow);
  }
  SECTION("Oozie has no such workflow") { s.guard_of("0009999-261127173400269-oozie-flin-W"); }
  SECTION("it is of a second coordinator of the same start") {
    const std::string second = s.there.add_coordinator("dm-" + s.id + "-" + std::to_string(s.wish));
    s.guard_of(s.there.add_workflow(second));
  }
  SECTION("it is of somebody else's coordinator") {
    s.guard_of(s.there.add_workflow(s.there.add_coordinator("other")));
  }
  CHECK(s.run() == component::guard_exit_refused);
  CHECK(s.report.outcome == "refused");
  CHECK(s.submissions() == 0);
}

TEST_CASE("while Oozie does not answer nothing is submitted, and nothing is refused") {
  scheduled s;
  s.schedule();
  const std::string workflow = s.begin();
  s.there.server().stop();
  s.run_in_background(workflow);
  REQUIRE(eventually([&] { return s.guard_log().find("Oozie") != std::string::npos; }));
  CHECK(s.submissions() == 0);
  CHECK_FALSE(s.ended());
  s.there.server().start();
  REQUIRE(s.lives());
  s.finish_all();
  CHECK(s.join() == component::guard_exit_done);
}

TEST_CASE("a run waits for the one before, which is never killed for it") {
  scheduled s;
  s.schedule();
  const std::string first = s.begin();
  s.run_in_background(first);
  REQUIRE(s.lives());
  REQUIRE(eventually([&] { return !s.log().applications.empty(); }));
  s.terminate();
  REQUIRE(s.join() == component::guard_exit_left);
  const std::string second = s.begin();
  s.run_in_background(second);
  REQUIRE(eventually([&] { return s.guard_log().find("waiting for run") != std::string::npos; }));
  CHECK(s.submissions() == 1);
  SECTION("it is given up by Oozie: it is ended, and the next one begins") {
    s.there.set_status(first, "KILLED");
    REQUIRE(eventually([&] { return s.submissions() == 2; }));
    REQUIRE(s.lives());
    CHECK(s.end_of(s.log().incarnation_of(first + ".0")->number)->outcome == outcome::killed);
  }
  s.terminate();
  s.join();
}

TEST_CASE("a run that is stopped while it lives is ended, whoever ends it") {
  scheduled s;
  s.schedule();
  s.run_in_background(s.begin());
  REQUIRE(s.lives());
  REQUIRE(eventually([&] { return !s.log().applications.empty(); }));
  s.unwant();
  CHECK(s.join() == component::guard_exit_ended);
  CHECK(s.report.outcome == "stopped");
  CHECK(s.live_ids().empty());
}

TEST_CASE("the guard of the schedule submits the coordinator, and never a job") {
  scheduled s;
  s.wish = s.want();
  s.start();
  REQUIRE(eventually([&] { return s.there.coordinators().size() == 1; }));
  CHECK(s.submissions() == 0);
  s.unwant();
  CHECK(s.join() == component::guard_exit_done);
}

TEST_CASE("the guard of the schedule ends a run whose workflow Oozie has killed") {
  scheduled s;
  s.schedule();
  const std::string workflow = s.begin();
  s.run_in_background(workflow);
  REQUIRE(s.lives());
  REQUIRE(eventually([&] { return !s.log().applications.empty(); }));
  s.terminate();  // as a launcher's container
  REQUIRE(s.join() == component::guard_exit_left);
  s.run_name.reset();
  s.start();
  REQUIRE(eventually([&] { return s.there.server().request_count() > 10; }));
  CHECK(s.live_ids().size() == 1);  // its workflow runs: it is left alone
  s.there.set_status(workflow, "KILLED");
  REQUIRE(s.lives(0));
  const auto epoch = s.log().incarnation_of(workflow + ".0")->number;
  REQUIRE(eventually([&] { return s.end_of(epoch).has_value(); }));
  CHECK(s.end_of(epoch)->outcome == outcome::killed);
  CHECK(s.end_of(epoch)->source == "Oozie");
  CHECK(s.end_of(epoch)->decision == decision::none);
  s.terminate();
  s.join();
  // Its own guard, where it lives on as after an ssh action's kill, hears of it too.
  s.guard_of(workflow);
  CHECK(s.run() == component::guard_exit_ended);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a run whose node was restarted is not a success, even if its job was one") {
  scheduled s;
  s.schedule();
  const std::string workflow = s.begin();
  s.run_in_background(workflow);
  REQUIRE(s.lives());
  REQUIRE(eventually([&] { return !s.log().applications.empty(); }));
  s.terminate();
  REQUIRE(s.join() == component::guard_exit_left);
  s.finish_all();
  // The workflow ends as untold; what the job came to is recorded all the same.
  s.there.set_status(workflow, "KILLED");
  s.run_name.reset();
  s.start();
  const auto epoch = s.log().incarnation_of(workflow + ".0")->number;
  REQUIRE(eventually([&] { return s.end_of(epoch).has_value(); }));
  CHECK(s.end_of(epoch)->outcome == outcome::completed);
  s.terminate();
  s.join();
  CHECK(s.submissions() == 1);
}

TEST_CASE("a silent Oozie ends no run") {
  scheduled s;
  s.schedule();
  s.run_in_background(s.begin());
  REQUIRE(s.lives());
  REQUIRE(eventually([&] { return !s.log().applications.empty(); }));
  s.terminate();
  REQUIRE(s.join() == component::guard_exit_left);
  fake::disturbance wrong;
  wrong.what = fake::disturbance::kind::replace;
  wrong.instead = fake::text(500, "<html>");
  s.there.server().disturb([wrong](const fake::request&) { return std::optional(wrong); });
  s.run_name.reset();
  s.start();
  s.there.server().forget_requests();
  REQUIRE(eventually([&] { return s.there.server().request_count() > 5; }));
  CHECK(s.live_ids().size() == 1);
  CHECK(s.submissions() == 1);
  s.terminate();
  s.join();
}

TEST_CASE("the queue policy is asked for each run, and a run that it refuses waits as that run") {
  scheduled s;
  s.spec.respawn_delay_ms = 100;
  s.spec.queue_policy = s.directory / "policy";
  s.spec.queue_requested = "prod";
  const auto policy = [&](const std::string& script) {
    std::ofstream(s.spec.queue_policy + ".new") << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(s.spec.queue_policy + ".new", std::filesystem::perms::owner_all);
    std::filesystem::rename(s.spec.queue_policy + ".new", s.spec.queue_policy);
  };
  policy("echo 'Error: No matching queue.'; exit 3");
  s.schedule();
  const std::string workflow = s.begin();
  s.run_in_background(workflow);
  REQUIRE(eventually([&] { return s.log().ends.size() >= 2; }));
  CHECK(s.submissions() == 0);
  for (const auto& [number, record] : s.log().records) {
    if (record.kind == component::record_kind::incarnation)
      CHECK(record.run_name == workflow + ".0");
  }
  policy("test \"$1\" = prod && echo root.prod");
  REQUIRE(s.lives());
  CHECK(s.last_argument("yarn.application.queue=") == "yarn.application.queue=root.prod");
  s.finish_all();
  CHECK(s.join() == component::guard_exit_done);
  CHECK(s.report.outcome == "completed");
  CHECK(s.submissions() == 1);
}
