// The guard's loop against fake services: what it finds, what it submits, what it never does.
// SPDX-License-Identifier: Apache-2.0
#include "guard/guard.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "component/component_name.h"
#include "component/unwritten_record.h"
#include "guard/client_lock.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::decision;
using dm::component::end_fact;
using dm::component::guard_exit_done;
using dm::component::guard_exit_failed;
using dm::component::outcome;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

using arguments = std::vector<std::string>;

void finish_all(surroundings& s, const std::string& final_status = "SUCCEEDED") {
  for (const std::string& id : s.live_ids()) s.finish(id, final_status);
}

bool running(surroundings& s, std::size_t applications = 1) {
  return eventually([&] { return s.live_ids().size() == applications; });
}

// At some of the guard's looks nothing was submitted: after so many answers of the ResourceManager.
bool looked(surroundings& s, std::size_t times = 12) {
  s.resource_manager.server().forget_requests();
  return eventually([&] { return s.resource_manager.server().request_count() >= times; });
}

}  // namespace

TEST_CASE("nothing was ever asked for: nothing is submitted") {
  surroundings s;
  CHECK(s.run() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("stop was asked for: nothing is submitted, and what lives is the stop's to end") {
  surroundings s;
  s.want();
  s.put_live(s.claim());
  s.unwant();
  CHECK(s.run() == guard_exit_done);
  CHECK(s.submissions() == 0);
  CHECK(s.live_ids().size() == 1);
}

TEST_CASE("the newest run names another node: this guard ends") {
  surroundings s;
  s.want("edge1");
  s.want("edge2");
  CHECK(s.run() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("a wanted component is submitted once, with its tags, and followed to its end") {
  surroundings s;
  s.spec.user_tags = {"team-a"};
  s.want();
  s.start();
  REQUIRE(running(s));
  REQUIRE(eventually([&] {
    return s.log().applications.contains(2) && !s.log().applications.at(2).job_id.empty();
  }));
  const auto application = s.yarn().find(s.live_ids().front());
  CHECK(application->tags ==
        arguments{"dm-component-" + s.id, "dm-epoch-" + s.id + "-2", "dm-fleet-prod", "team-a"});
  CHECK(s.last_argument("@incarnation@").empty());
  CHECK(s.last_argument("yarn.application-attempts") != "");
  CHECK(s.last_argument("app-job") == "app-job");

  const auto log = s.log();
  CHECK(log.records.at(2).tags.front() == "dm-fleet-prod");
  CHECK(log.records.at(2).intent == 1);
  CHECK(log.records.at(2).node == "edge1");
  CHECK(log.applications.at(2).job_id == s.job_manager.job().id);
  CHECK(log.applications.at(2).job_manager == s.job_manager.address());

  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
  CHECK(s.end_of(2)->outcome == outcome::completed);
  CHECK(s.end_of(2)->decision == decision::none);
  // A guard that is started again has nothing to do.
  CHECK(s.run() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a live application is adopted, whoever submitted it (INV-1)") {
  surroundings s;
  s.want();
  const std::uint64_t epoch = s.claim();
  const std::string id =
      s.put_live(epoch, GENERATE(as<std::string>{}, "RUNNING", "ACCEPTED", "NEW_SAVING"));
  s.start();
  REQUIRE(eventually([&] { return s.log().applications.contains(epoch); }));
  CHECK(s.log().applications.at(epoch).application_id == id);
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
  CHECK(s.end_of(epoch)->outcome == outcome::completed);
}

TEST_CASE("an application that ended while no guard was there is concluded, not submitted again") {
  surroundings s;
  s.spec.job_type = dm::component::job_type::batch;
  s.want();
  const std::uint64_t epoch = s.claim();
  s.finish(s.put_live(epoch), "SUCCEEDED");
  CHECK(s.run() == guard_exit_done);
  CHECK(s.submissions() == 0);
  CHECK(s.end_of(epoch)->outcome == outcome::completed);
}

TEST_CASE("an older epoch that lives beside the newest is killed as soon as it is seen (INV-1)") {
  surroundings s;
  s.want();
  const std::string old = s.put_live(s.claim());
  const std::uint64_t epoch = s.claim();
  const std::string newest = s.put_live(epoch);
  s.start();
  REQUIRE(eventually([&] { return s.yarn().find(old)->state == "KILLED"; }));
  CHECK(s.yarn().find(newest)->state == "RUNNING");
  // One that shows up late is seen as well.
  const std::string late = s.put_live(1);
  REQUIRE(eventually([&] { return s.yarn().find(late)->state == "KILLED"; }));
  s.finish(newest, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("nothing is submitted beside an older application that is only about to die (INV-1)") {
  surroundings s;
  s.want();
  const std::string old = s.put_live(s.claim());
  const std::uint64_t burnt = s.claim();
  end_fact end;
  end.epoch = burnt;
  end.decision = decision::restart;
  end.counts = false;
  end.ended_at = io::now();
  end.restart_at = end.ended_at;
  s.put_end(end);
  s.resource_manager.set_kill(fake::resource_manager::kill_behaviour::lost, 5);
  std::atomic<bool> beside{false};
  s.on_submit([&](const arguments& argv) {
    beside = !s.live_ids().empty();
    return s.submit(argv);
  });
  s.start();
  REQUIRE(eventually([&] { return s.submissions() == 1; }));
  CHECK(s.resource_manager.kills_asked() >= 6);  // a kill that was lost is sent again (D-32)
  CHECK_FALSE(beside);
  CHECK(s.yarn().find(old)->state == "KILLED");
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("two applications of one epoch are refused with the property to set") {
  surroundings s;
  s.want();
  const bool silent = GENERATE(false, true);  // whether its output tells of them
  s.on_submit([&](const arguments& argv) {
    const client_end first = s.submit(argv);
    const client_end second = s.submit(argv);
    return silent ? client_end{} : client_end{0, first.output + second.output};
  });
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.live_ids().empty());
  CHECK(s.submissions() == 1);
  const end_fact end = *s.end_of(2);
  CHECK(end.outcome == outcome::failed);
  CHECK(end.decision == decision::give_up);
  CHECK(end.failure_class == "program_invalid");
  CHECK(end.cause.find("component_flink_submission") != std::string::npos);
  for (const auto& application : s.yarn().applications())
    CHECK(end.cause.find(application.id) != std::string::npos);
}

TEST_CASE("two applications of one epoch are refused by the next guard as well") {
  surroundings s;
  s.want();
  const std::uint64_t epoch = s.claim();
  s.put_live(epoch);
  if (GENERATE(false, true))
    s.put_live(epoch);
  else
    s.finish(s.put_live(epoch), "SUCCEEDED");
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.live_ids().empty());
  CHECK(s.submissions() == 0);
  CHECK(s.end_of(epoch)->failure_class == "program_invalid");
}

TEST_CASE(
    "a silent ResourceManager: nothing is submitted, and it comes up when YARN does (INV-4)") {
  surroundings s;
  s.want();
  s.resource_manager.server().stop();
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("WARNING") != std::string::npos; }));
  CHECK(s.log().newest_incarnation() == nullptr);
  CHECK(s.submissions() == 0);
  CHECK_FALSE(s.ended());
  s.resource_manager.server().start();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("answers that are no ResourceManager's are no evidence (INV-4)") {
  surroundings s;
  s.want();
  const std::uint64_t epoch = s.claim();
  s.put_application(epoch, s.put_live(epoch));
  const auto strange =
      GENERATE(fake::text(200, "<html>welcome</html>", "text/html"),
               fake::text(404, "", "text/html"), fake::json(500, "{}"), fake::json(200, "{}"),
               fake::json(200, "[]"), fake::json(200, "{\"apps\""), fake::text(200, "", ""));
  s.resource_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.path != "/ws/v1/cluster/apps") return std::nullopt;
        fake::disturbance d;
        d.what = fake::disturbance::kind::replace;
        d.instead = strange;
        return d;
      });
  s.start();
  REQUIRE(looked(s));
  CHECK(s.submissions() == 0);
  CHECK_FALSE(s.end_of(epoch));
  s.resource_manager.server().disturb(nullptr);
  REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("a standby without an active one is no evidence (INV-4)") {
  surroundings s;
  s.want();
  s.put_live(s.claim());
  s.resource_manager.set_standby("");
  s.start();
  REQUIRE(looked(s));
  CHECK(s.submissions() == 0);
  s.resource_manager.set_active();
  REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("of a pair of ResourceManagers the active one is asked") {
  surroundings s;
  fake::resource_manager standby;
  standby.set_standby(s.resource_manager.address());
  s.spec.resource_managers = {standby.address(), s.resource_manager.address()};
  s.want();
  s.start();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("HDFS away: nothing is submitted that could not be recorded") {
  surroundings s;
  s.want();
  s.name_node.set_safe_mode(true);
  s.start();
  REQUIRE(looked(s));
  CHECK(s.submissions() == 0);
  s.name_node.server().stop();
  REQUIRE(
      eventually([&] { return s.guard_log().find("the component's log") != std::string::npos; }));
  CHECK(s.submissions() == 0);
  s.name_node.set_safe_mode(false);
  s.name_node.server().start();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("an epoch that was claimed and never submitted is burnt and does not count") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.want();
  const std::uint64_t burnt = s.claim();
  s.start();
  REQUIRE(running(s));
  const end_fact end = *s.end_of(burnt);
  CHECK_FALSE(end.counts);
  CHECK(end.decision == decision::restart);
  CHECK(s.log().newest_incarnation()->number == burnt + 1);
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("an open epoch whose client had failed is a failure and counts, though its guard died") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.want();
  const std::uint64_t epoch = s.claim();
  std::ofstream(s.directory / ("logs/client-" + std::to_string(epoch) + ".log"))
      << " The program finished with the following exception:\n\njava.lang.IllegalStateException: "
         "no luck\n"
         "\tat a.B.c(B.java:1)\n";
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 0);
  CHECK(s.end_of(epoch)->cause.find("no luck") != std::string::npos);
  CHECK(s.end_of(epoch)->counts);
}

TEST_CASE("YARN has forgotten the application: Flink's job archive tells how it ended") {
  surroundings s;
  s.spec.job_type = dm::component::job_type::batch;
  s.want();
  const std::uint64_t epoch = s.claim();
  const std::string job = "79027c5e5ce9d22420e092835033910c";
  s.put_application(epoch, "application_1795438290778_0099", job);
  s.put_archive(job, "FINISHED");
  CHECK(s.run() == guard_exit_done);
  CHECK(s.submissions() == 0);
  CHECK(s.end_of(epoch)->outcome == outcome::completed);
}

TEST_CASE("how a batch run ended is unknown: it is never submitted again") {
  surroundings s;
  s.job_manager.server().stop();
  s.spec.job_type = dm::component::job_type::batch;
  s.spec.respawn = dm::component::respawn::always;
  s.want();
  const std::uint64_t epoch = s.claim();
  if (GENERATE(true, false)) {
    s.put_application(epoch, "application_1795438290778_0099", "79027c5e5ce9d22420e092835033910c");
  } else {
    // Its guard died before it saw the application; the client had announced it.
    std::ofstream(s.directory / ("logs/client-" + std::to_string(epoch) + ".log"))
        << "INFO a.YarnClientImpl [] - Submitted application application_1795438290778_0099\n";
  }
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 0);
  CHECK(s.end_of(epoch)->outcome == outcome::unknown);
  CHECK(s.end_of(epoch)->decision == decision::give_up);
}

TEST_CASE("an application that YARN denies while its JobManager answers is waited for (INV-1)") {
  surroundings s;
  s.want();
  const std::uint64_t epoch = s.claim();
  s.put_application(epoch, "application_1795438290778_0099", s.job_manager.job().id);
  s.start();
  REQUIRE(eventually(
      [&] { return s.guard_log().find("does not know the application") != std::string::npos; }));
  std::this_thread::sleep_for(2 * s.pace.denial_limit);
  CHECK_FALSE(s.end_of(epoch));
  CHECK(s.submissions() == 0);
  // It was the ResourceManager that had forgotten it for a while.
  const std::string id = s.put_live(epoch);
  REQUIRE(eventually([&] { return s.log().applications.at(epoch).application_id == id; }));
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("how a streaming job ended is unknown: it is submitted again") {
  surroundings s;
  s.want();
  s.put_application(s.claim(), "application_1795438290778_0099");
  s.start();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a client that fails is tried again within the budget, then given up with its words") {
  surroundings s;
  s.want();
  s.on_submit([](const arguments&) {
    return client_end{1,
                      " The program finished with the following exception:\n\n"
                      "java.lang.IllegalStateException: no luck\n\tat a.B.c(B.java:1)\n"};
  });
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 3);  // restart_attempts is 2
  CHECK(s.end_of(4)->decision == decision::give_up);
  CHECK(s.end_of(4)->cause.find("no luck") != std::string::npos);
  // The budget is in the log: another guard does not begin anew.
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 3);
  // A new run does.
  s.unwant();
  s.want();
  s.on_submit(nullptr);
  s.start();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a failure that a retry cannot mend is not tried again") {
  surroundings s;
  s.want();
  s.on_submit([](const arguments&) {
    return client_end{
        1,
        " The program finished with the following exception:\n\n"
        "org.apache.flink.client.program.ProgramInvocationException: The program's entry point "
        "class 'no.such.Job' was not found in the jar file.\n"
        "\tat org.apache.flink.client.program.PackagedProgram.loadMainClass("
        "PackagedProgram.java:481)\n"};
  });
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 1);
  CHECK(s.end_of(2)->cause.find("no.such.Job") != std::string::npos);
}

TEST_CASE("a program that submits nothing may do so the next time: it is tried as often as any") {
  surroundings s;
  s.spec.restart_attempts = 1;
  s.want();
  s.on_submit([](const arguments&) { return client_end{0, "nothing here executes\n"}; });
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.submissions() == 2);
  CHECK(s.end_of(2)->cause.find("execute()") != std::string::npos);
}

TEST_CASE("a client that cannot be started while its package is replaced is waited for") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.spec.respawn = GENERATE(dm::component::respawn::on_failure, dm::component::respawn::never);
  s.want();
  const std::string program = s.command.front();
  s.command.front() = s.directory / "flink";
  s.start();
  // More often than any budget has it.
  REQUIRE(eventually([&] { return s.log().ends.size() >= 4; }));
  const end_fact end = s.log().ends.begin()->second;
  CHECK(end.decision == decision::restart);
  CHECK(end.failure_class == "node_trouble");
  CHECK(end.cause.starts_with("waiting for this node: "));
  CHECK(end.cause.find(s.command.front()) != std::string::npos);
  CHECK_FALSE(end.counts);
  std::filesystem::create_symlink(program, s.command.front());
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a client that this node refuses to start is given up after several attempts, as local") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.want();
  s.command.front() = s.directory / "flink";
  std::ofstream(s.command.front()) << "neither a binary nor a script";
  std::filesystem::permissions(s.command.front(), std::filesystem::perms::owner_all);
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.log().ends.size() == 6);
  const end_fact end = s.log().ends.rbegin()->second;
  CHECK(end.decision == decision::give_up);
  CHECK(end.failure_class == "start_refused");
  CHECK(end.cause.find(s.command.front()) != std::string::npos);
}

TEST_CASE("missing submission slots hold no component up") {
  surroundings s;
  s.spec.slots_directory = s.directory / "nowhere";
  s.want();
  s.start();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("no NodeManager is active: waited for, with words, and nothing is claimed") {
  surroundings s;
  s.yarn().set_nodes({});
  s.want();
  s.start();
  REQUIRE(
      eventually([&] { return s.guard_log().find("no active NodeManager") != std::string::npos; }));
  REQUIRE(looked(s));
  CHECK(s.submissions() == 0);
  CHECK(s.log().newest_incarnation() == nullptr);
  s.yarn().set_nodes({{}});
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("what is the cluster's is waited out, and said, however often it comes") {
  surroundings s;
  s.spec.restart_attempts = 1;
  std::atomic<bool> healed{false};
  s.on_submit([&](const arguments& argv) {
    if (healed) return s.submit(argv);
    return client_end{
        1,
        " The program finished with the following exception:\n\n"
        "org.apache.hadoop.yarn.exceptions.YarnException: Failed to submit "
        "application_1_0001 to YARN : already has the maximum number of applications\n"
        "\tat a.B.c(B.java:1)\n"};
  });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.submissions() >= 5; }));
  CHECK(s.end_of(2)->cause.starts_with("waiting for the cluster: "));
  CHECK(s.end_of(2)->decision == decision::restart);
  CHECK(s.guard_log().find("waiting for the cluster") != std::string::npos);
  healed = true;
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("given up, and tried again later where that is wanted") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.spec.retry_after_give_up_ms = 300;
  std::atomic<bool> healed{false};
  s.on_submit([&](const arguments& argv) {
    return healed ? s.submit(argv) : client_end{0, "nothing here executes\n"};
  });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.submissions() >= 3; }));
  CHECK(s.end_of(2)->decision == decision::give_up);
  CHECK(s.guard_log().find("given up") != std::string::npos);
  healed = true;
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a new run while a given-up one waits for its retry is taken up at once") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.spec.retry_after_give_up_ms = 3'600'000;
  s.on_submit([](const arguments&) { return client_end{0, "nothing here executes\n"}; });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("next attempt in") != std::string::npos; }));
  s.on_submit(nullptr);
  s.want();
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a restart's moment that was written by a wrong clock is no wait without bound") {
  surroundings s;
  s.want();
  const std::uint64_t epoch = s.claim();
  end_fact end;
  end.epoch = epoch;
  end.outcome = outcome::failed;
  end.decision = decision::restart;
  end.ended_at = io::now() + std::chrono::hours(10);
  end.restart_at = end.ended_at;
  s.put_end(end);
  s.start();
  REQUIRE(eventually(
      [&] { return s.guard_log().find("next attempt in 360.0 s") != std::string::npos; }));
  s.terminate();
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a job that was killed from outside is not restarted, unless that is asked for") {
  surroundings s;
  s.want();
  SECTION("on-failure") {
    s.start();
    REQUIRE(running(s));
    s.yarn().kill(s.live_ids().front(), "alice");
    CHECK(s.join() == guard_exit_done);
    CHECK(s.submissions() == 1);
    CHECK(s.end_of(2)->outcome == outcome::killed);
    CHECK(s.end_of(2)->cause.find("alice") != std::string::npos);
  }
  SECTION("always") {
    s.spec.respawn = dm::component::respawn::always;
    s.start();
    REQUIRE(running(s));
    s.yarn().kill(s.live_ids().front(), "alice");
    REQUIRE(eventually([&] { return s.submissions() == 2; }));
    REQUIRE(running(s));
    finish_all(s);
    CHECK(s.join() == guard_exit_done);
  }
}

TEST_CASE("a stop during the wait before the next attempt ends the guard without one") {
  surroundings s;
  s.want();
  const std::uint64_t epoch = s.claim();
  end_fact end;
  end.epoch = epoch;
  end.outcome = outcome::failed;
  end.decision = decision::restart;
  end.ended_at = io::now();
  end.restart_at = end.ended_at + std::chrono::milliseconds(1500);
  s.put_end(end);
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("next attempt in") != std::string::npos; }));
  s.unwant();
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("all slots of the node are taken: it waits, then looks again before it submits") {
  surroundings s;
  s.want();
  const auto first = s.take_slot();
  auto second = s.take_slot();
  REQUIRE(first);
  REQUIRE(second);
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("submission slots") != std::string::npos; }));
  CHECK(s.submissions() == 0);
  CHECK(s.log().newest_incarnation() == nullptr);  // nothing is claimed while waiting
  const bool stopped_meanwhile = GENERATE(false, true);
  if (stopped_meanwhile) s.unwant();
  second->give_back();
  if (stopped_meanwhile) {
    CHECK(s.join() == guard_exit_done);
    CHECK(s.submissions() == 0);
    return;
  }
  REQUIRE(running(s));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a slot is given back when the client has ended, not when the job has") {
  surroundings s;
  s.spec.submission_slots = 1;
  s.want();
  s.start();
  REQUIRE(running(s));
  CHECK(eventually([&] { return s.take_slot().has_value(); }));
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a client of an earlier guard is ended before anything is submitted") {
  surroundings s;
  s.want();
  s.claim();
  // A wrapper that did not exec, orphaned: it would submit in a moment.
  io::http_client http;
  auto lock = dm::guard::take_client_lock({}, http, s.spec.work_directory);
  REQUIRE(lock);
  io::process_spec spec;
  spec.argv = {"/bin/sh", "-c", "sleep 600; echo submitted > submitted"};
  spec.environment = {{"PATH", "/usr/bin:/bin"}};
  spec.directory = s.spec.work_directory;
  spec.inherited = lock->descriptor.get();
  auto earlier = io::process::spawn(spec);
  REQUIRE(earlier);
  lock->descriptor = io::unique_fd();
  std::atomic<bool> beside{false};
  s.on_submit([&, pid = earlier->pid()](const arguments& argv) {
    beside = alive(pid);
    return s.submit(argv);
  });
  s.start();
  REQUIRE(running(s));
  CHECK_FALSE(beside);
  CHECK(s.guard_log().find("earlier guard") != std::string::npos);
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
  CHECK_FALSE(std::filesystem::exists(s.directory / "work/submitted"));
}

TEST_CASE("an earlier client that submits at the last moment is adopted, not repeated (INV-1)") {
  surroundings s;
  s.spec.job_type = dm::component::job_type::batch;
  s.want();
  const bool open_incarnation = GENERATE(true, false);
  const std::uint64_t epoch = s.claim();
  if (!open_incarnation) {
    // Its end is recorded already (a run before a stop), its client lived on: it may still submit.
    s.unwant();
    s.want();
  }
  // The application shows after the guard's first look.
  std::atomic<int> looks{0};
  s.resource_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.path == "/ws/v1/cluster/apps" && ++looks == 2) s.put_live(epoch);
        return std::nullopt;
      });
  s.start();
  REQUIRE(running(s));
  REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
  CHECK(s.submissions() == 0);
  CHECK_FALSE(s.end_of(epoch));
  s.resource_manager.server().disturb(nullptr);
  s.finish(s.live_ids().front(), "SUCCEEDED");
  if (open_incarnation) {
    CHECK(s.join() == guard_exit_done);
    CHECK(s.submissions() == 0);
  } else {
    REQUIRE(eventually([&] { return s.submissions() == 1; }));  // the run that was asked for since
    REQUIRE(running(s));
    finish_all(s);
    CHECK(s.join() == guard_exit_done);
  }
}

TEST_CASE("a race for the epoch that is lost is judged afresh") {
  surroundings s;
  s.want();
  // Another guard claims number 2 and submits between this one's look and its claim.
  std::atomic<bool> done{false};
  std::atomic<int> listings{0};
  s.resource_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.path == "/ws/v1/cluster/apps" && ++listings == 2 && !done.exchange(true))
          s.claim();
        return std::nullopt;
      });
  s.start();
  REQUIRE(eventually([&] { return s.log().ends.contains(2) || !s.live_ids().empty(); }));
  REQUIRE(running(s));
  CHECK(s.submissions() == 1);
  CHECK(s.log().newest_incarnation()->number == 3);
  finish_all(s);
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("told to end while it waits for YARN: it ends, and nothing is submitted") {
  surroundings s;
  s.want();
  s.resource_manager.server().stop();
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("WARNING") != std::string::npos; }));
  s.terminate();
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("a problem that goes on is logged once, not at every try") {
  surroundings s;
  s.want();
  s.resource_manager.server().stop();
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("WARNING") != std::string::npos; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(600));
  s.terminate();
  CHECK(s.join() == guard_exit_done);
  const std::string log = s.guard_log();
  INFO(log);
  CHECK(log.find("WARNING") == log.rfind("WARNING"));
}

TEST_CASE("what HDFS has no room for is told on the node until it is written") {
  surroundings s;
  s.want();
  const std::string what = GENERATE(as<std::string>{}, "/log/2.json", "/log/2-end.json");
  CAPTURE(what);
  std::atomic<bool> full{true};
  s.name_node.server().disturb([&](const fake::request& asked) -> std::optional<fake::disturbance> {
    if (!full || asked.argument("op") != "RENAME" ||
        !asked.argument("destination").ends_with(what)) {
      return std::nullopt;
    }
    fake::disturbance d;
    d.what = fake::disturbance::kind::replace;
    d.instead = fake::json(
        403,
        R"({"RemoteException":{"exception":"NSQuotaExceededException","javaClassName":"org.apache.hadoop.hdfs.protocol.NSQuotaExceededException","message":"The NameSpace quota of /pnda is exceeded"}})");
    return d;
  });
  s.start();
  if (what == "/log/2-end.json") {
    REQUIRE(running(s));
    finish_all(s);
  }
  REQUIRE(eventually([&] {
    const auto told = dm::component::read_unwritten(s.spec.log_directory);
    return told && told->number == 2 &&
           told->message.find("quota of /pnda is exceeded") != std::string::npos;
  }));
  full = false;
  REQUIRE(eventually([&] { return !dm::component::read_unwritten(s.spec.log_directory); }));
  if (what == "/log/2.json") {
    REQUIRE(running(s));
    finish_all(s);
  }
  CHECK(s.join() == guard_exit_done);
}
