// The guard following an application, and its client, through whatever happens to them.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "component/component_name.h"
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

// A component whose job runs and is followed; its application's id.
std::string followed(surroundings& s) {
  s.want();
  s.start();
  REQUIRE(eventually([&] {
    return s.log().applications.contains(2) && !s.log().applications.at(2).job_id.empty();
  }));
  REQUIRE(s.live_ids().size() == 1);
  return s.live_ids().front();
}

bool client_lives(surroundings& s) {
  return dm::guard::client_lives(s.spec.work_directory).value();
}

bool polled(surroundings& s, std::size_t times) {
  s.resource_manager.server().forget_requests();
  return eventually([&] { return s.resource_manager.server().request_count() >= times; });
}

}  // namespace

TEST_CASE("stop while following: the end is recorded as stopped, and the guard ends") {
  surroundings s;
  const std::string id = followed(s);
  s.unwant();
  // A cancelled streaming job is FINISHED/KILLED, a stopped one FINISHED/SUCCEEDED (D-5).
  const std::string how = GENERATE(as<std::string>{}, "KILLED", "SUCCEEDED");
  if (how == "SUCCEEDED") s.put_savepoint("stop-1", 2, 17, dm::state::operation_kind::stop);
  s.finish(id, how);
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::stopped);
  CHECK(s.end_of(2)->cause.empty());
  CHECK(s.submissions() == 1);
}

TEST_CASE(
    "a job that ended by itself while stop was asked for has completed, whatever the clocks") {
  surroundings s;
  const std::string id = followed(s);
  s.unwant();
  s.finish(id, "SUCCEEDED");
  const auto skew = std::chrono::hours(GENERATE(-1, 1));
  s.yarn().change(id, [&](fake::yarn_application& a) {
    a.started_ms += std::chrono::milliseconds(skew).count();
    a.finished_ms += std::chrono::milliseconds(skew).count();
  });
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
}

TEST_CASE("a job that completed before stop was asked for has completed") {
  surroundings s;
  const std::string id = followed(s);
  s.resource_manager.server().stop();  // the guard does not see it at once
  s.finish(id, "SUCCEEDED");
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  s.unwant();
  s.resource_manager.server().start();
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
}

TEST_CASE("a job that fails although stop was asked for is recorded as failed, and not restarted") {
  surroundings s;
  const std::string id = followed(s);
  s.unwant();
  s.finish(id, "FAILED", "container lost");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::failed);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a failed job is restarted with the next epoch") {
  surroundings s;
  const std::string id = followed(s);
  s.finish(id, "FAILED", "container lost");
  REQUIRE(eventually([&] { return s.live_ids().size() == 1; }));
  CHECK(s.live_ids().front() != id);
  CHECK(s.log().newest_incarnation()->number == 3);
  CHECK(s.end_of(2)->decision == decision::restart);
  s.finish(s.live_ids().front(), "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("told to end while following: the job is left as it is") {
  surroundings s;
  const std::string id = followed(s);
  s.terminate();
  CHECK(s.join() == guard_exit_done);
  CHECK(s.live_ids() == arguments{id});
  CHECK_FALSE(s.end_of(2));
  // The next guard adopts it.
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE(
    "told to end during a submission: the client is ended first, and the next guard submits anew") {
  surroundings s;
  std::atomic<bool> release{false};
  s.on_submit([&](const arguments&) {
    eventually([&] { return release.load(); });
    return client_end{};
  });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.submissions() == 1; }));
  REQUIRE(client_lives(s));
  s.terminate();
  CHECK(s.join() == guard_exit_done);
  CHECK_FALSE(client_lives(s));
  release = true;
  s.on_submit(nullptr);
  s.start();
  REQUIRE(eventually([&] { return s.live_ids().size() == 1; }));
  CHECK_FALSE(s.end_of(2)->counts);
  CHECK(s.log().newest_incarnation()->number == 3);
  s.finish(s.live_ids().front(), "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE(
    "told to end after the application was submitted but before its client ended: it is adopted") {
  surroundings s;
  std::atomic<bool> release{false};
  s.on_submit([&](const arguments& argv) {
    client_end end = s.submit(argv);
    eventually([&] { return release.load(); });
    return end;
  });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.live_ids().size() == 1; }));
  const std::string id = s.live_ids().front();
  s.terminate();
  CHECK(s.join() == guard_exit_done);
  CHECK_FALSE(client_lives(s));
  release = true;
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
  CHECK(s.live_ids() == arguments{id});
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a ResourceManager that is silent while a job is followed changes nothing (INV-4)") {
  surroundings s;
  const std::string id = followed(s);
  s.resource_manager.server().stop();
  REQUIRE(eventually([&] { return s.guard_log().find("WARNING") != std::string::npos; }));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  CHECK_FALSE(s.ended());
  CHECK_FALSE(s.end_of(2));
  s.resource_manager.server().start();
  REQUIRE(polled(s, 3));
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a restarted ResourceManager that first knows nothing is not believed (INV-1, INV-4)") {
  surroundings s;
  s.pace.denial_limit = io::milliseconds(60'000);
  const std::string id = followed(s);
  s.resource_manager.restart(6);
  REQUIRE(polled(s, 12));
  CHECK_FALSE(s.ended());
  CHECK_FALSE(s.end_of(2));
  CHECK(s.live_ids() == arguments{id});
  CHECK(s.submissions() == 1);
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE(
    "a ResourceManager that is restarted while the guard starts is not believed at once (INV-1)") {
  surroundings s;
  s.want();
  const std::uint64_t epoch = s.claim();
  s.put_live(epoch);
  // It restarts between the first question and the last of the first look.
  std::atomic<bool> done{false};
  s.resource_manager.server().disturb(
      [&](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.path == "/ws/v1/cluster/apps" && !done.exchange(true))
          s.resource_manager.restart(1);
        return std::nullopt;
      });
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
  s.finish(s.live_ids().front(), "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 0);
}

TEST_CASE("an application that YARN denies for long is lost; one whose JobManager answers is not") {
  surroundings s;
  const std::string id = followed(s);
  s.yarn().forget(id);
  SECTION("the JobManager answers: counter-evidence") {
    REQUIRE(eventually(
        [&] { return s.guard_log().find("does not know the application") != std::string::npos; }));
    std::this_thread::sleep_for(2 * s.pace.denial_limit);
    CHECK_FALSE(s.end_of(2));
    CHECK(s.submissions() == 1);
    s.job_manager.change([](fake::flink_job& job) { job.state = "FINISHED"; });
    REQUIRE(eventually([&] { return s.end_of(2).has_value(); }));
  }
  SECTION(
      "the JobManager is silent: no evidence, the ResourceManager's word stands after a while") {
    s.job_manager.server().stop();
    REQUIRE(eventually([&] { return s.end_of(2).has_value(); }));
    CHECK(s.end_of(2)->outcome == outcome::unknown);
    CHECK(s.end_of(2)->application_id == id);
  }
  // A streaming job goes on by a new incarnation.
  REQUIRE(eventually([&] { return s.live_ids().size() == 1; }));
  s.finish(s.live_ids().front(), "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 2);
}

TEST_CASE("just after a failover YARN knows no address: what was known stays (D-33)") {
  surroundings s;
  const std::string id = followed(s);
  s.yarn().change(id, [](fake::yarn_application& a) {
    a.state = "ACCEPTED";
    a.am_rpc_address.clear();
  });
  REQUIRE(polled(s, 6));
  CHECK(s.log().applications.at(2).job_manager == s.job_manager.address());
  CHECK_FALSE(s.ended());
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE(
    "an application that waits in YARN's queue frees its client and slot, and is waited for") {
  surroundings s;
  s.spec.submission_slots = 1;
  std::atomic<bool> release{false};
  s.on_submit([&](const arguments& argv) {
    client_end end = s.submit(argv, "ACCEPTED");
    eventually([&] { return release.load(); });
    return end;
  });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.live_ids().size() == 1; }));
  const std::string id = s.live_ids().front();
  CHECK(eventually([&] { return !client_lives(s); }));
  CHECK(eventually([&] { return s.take_slot().has_value(); }));
  release = true;
  CHECK_FALSE(s.ended());
  s.yarn().change(id, [&](fake::yarn_application& a) {
    a.state = "RUNNING";
    a.am_rpc_address = s.job_manager.rpc_address();
  });
  // The client said nothing: the job's id comes from the JobManager.
  REQUIRE(eventually([&] { return s.log().applications.at(2).job_id == s.job_manager.job().id; }));
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("a client that outlives its application is ended") {
  surroundings s;
  std::atomic<bool> release{false};
  s.on_submit([&](const arguments& argv) {
    s.submit(argv);
    s.finish(s.live_ids().front(), "FAILED", "Queue's AM resource limit exceeded");
    eventually([&] { return release.load(); });
    return client_end{};
  });
  s.spec.restart_attempts = 0;
  s.want();
  CHECK(s.run() == guard_exit_failed);
  release = true;
  CHECK_FALSE(client_lives(s));
  CHECK(s.end_of(2)->cause.find("AM resource limit") != std::string::npos);
}

TEST_CASE("a client that is killed has perhaps submitted: YARN is asked, not its exit code") {
  surroundings s;
  s.on_submit([&](const arguments& argv) {
    s.submit(argv);
    return client_end{137, "Killed\n"};
  });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("exit code 137") != std::string::npos; }));
  REQUIRE(polled(s, 3));
  CHECK(s.live_ids().size() == 1);
  s.finish(s.live_ids().front(), "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
  CHECK(s.submissions() == 1);
}

TEST_CASE(
    "a program that executes nothing is waited for until a ResourceManager confirms it (INV-4)") {
  surroundings s;
  std::atomic<bool> ended{false};
  s.on_submit([&](const arguments& argv) {
    // The application is there, but the ResourceManager restarts and does not show it at first.
    s.submit(argv);
    s.resource_manager.restart(3);
    ended = true;
    return client_end{0, ""};
  });
  // The look before the claim has been made when the client runs, so the empty answers are the
  // watch's.
  s.want();
  s.start();
  REQUIRE(eventually([&] { return ended.load(); }));
  REQUIRE(polled(s, 8));
  CHECK(s.submissions() == 1);
  CHECK(s.live_ids().size() == 1);
  s.finish(s.live_ids().front(), "SUCCEEDED");
  s.join();
  CHECK(s.submissions() == 1);
}

TEST_CASE("an attached run ends with its client, successfully or not") {
  surroundings s;
  s.spec.submission = dm::flink::submission_mode::attached;
  s.spec.restart_attempts = 0;
  s.want();
  SECTION("several applications, all done") {
    s.on_submit([&](const arguments& argv) {
      for (int i = 0; i < 2; ++i) {
        s.submit(argv);
        s.finish(s.live_ids().front(), "SUCCEEDED");
      }
      return client_end{};
    });
    CHECK(s.run() == guard_exit_done);
    CHECK(s.end_of(2)->outcome == outcome::completed);
    CHECK(s.submissions() == 1);
  }
  SECTION("the client fails: what still lives is ended") {
    s.on_submit([&](const arguments& argv) {
      s.submit(argv);
      return client_end{1,
                        " The program finished with the following exception:\n\n"
                        "java.lang.IllegalStateException: no luck\n\tat a.B.c(B.java:1)\n"};
    });
    CHECK(s.run() == guard_exit_failed);
    CHECK(s.end_of(2)->outcome == outcome::failed);
    CHECK(s.end_of(2)->cause.find("no luck") != std::string::npos);
    CHECK(s.live_ids().empty());
  }
}

TEST_CASE("an attached run's application has a moment to leave by itself, and so is archived") {
  surroundings s;
  s.spec.submission = dm::flink::submission_mode::attached;
  s.pace.leaving_limit = io::milliseconds(60'000);
  std::atomic<bool> ended{false};
  s.on_submit([&](const arguments& argv) {
    s.submit(argv);
    ended = true;
    return client_end{};
  });
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("client has ended") != std::string::npos; }));
  REQUIRE(polled(s, 6));
  CHECK(s.resource_manager.kills_asked() == 0);
  s.finish(s.live_ids().front(), "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.resource_manager.kills_asked() == 0);
  CHECK(s.end_of(2)->outcome == outcome::completed);
}

TEST_CASE("an attached run that has completed is not run again, whatever is away at its end") {
  surroundings s;
  s.spec.submission = dm::flink::submission_mode::attached;
  s.spec.job_type = dm::component::job_type::batch;
  s.want();
  const std::string away = GENERATE(as<std::string>{}, "YARN", "HDFS", "the guard", "its disk");
  CAPTURE(away);
  s.on_submit([&](const arguments& argv) {
    s.submit(argv);
    if (away == "YARN") s.resource_manager.server().stop();
    if (away == "HDFS") s.name_node.server().stop();
    if (away == "the guard") s.pace.leaving_limit = io::milliseconds(60'000);
    if (away == "its disk") std::filesystem::create_directory(s.directory / "logs/client-2.end");
    return client_end{};
  });
  if (away == "the guard") s.pace.leaving_limit = io::milliseconds(60'000);
  s.start();
  REQUIRE(eventually([&] { return s.guard_log().find("client has ended") != std::string::npos; }));
  if (away == "the guard") {  // it dies while the application is given time
    s.terminate();
    CHECK(s.join() == guard_exit_done);
    CHECK_FALSE(s.end_of(2));
    s.start();
  } else {
    REQUIRE(eventually(
        [&] { return away == "its disk" || s.guard_log().find("WARNING") != std::string::npos; }));
    if (away == "YARN") s.resource_manager.server().start();
    if (away == "HDFS") s.name_node.server().start();
  }
  for (const std::string& id : s.live_ids()) s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
  CHECK(s.submissions() == 1);
}

TEST_CASE("how a client ended outlives its guard: nothing is lost and nothing counted twice") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.want();
  const std::uint64_t epoch = s.claim();
  std::ofstream(s.directory / "logs/client-2.log") << "nothing telling\n";
  std::ofstream(s.directory / "logs/client-2.end")
      << R"({"schema":1,"exit_code":1,"signal":0,"timed_out":false})";
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.end_of(epoch)->counts);
  CHECK(s.end_of(epoch)->cause.find("exit code 1") != std::string::npos);
  CHECK(s.submissions() == 0);
}

TEST_CASE("a client that never submits is ended in its time, and that is the program's failure") {
  surroundings s;
  s.spec.restart_attempts = 1;
  s.spec.submission_timeout_ms = 300;
  std::atomic<bool> release{false};
  s.on_submit([&](const arguments&) {
    eventually([&] { return release.load(); });
    return client_end{};
  });
  s.want();
  CHECK(s.run() == guard_exit_failed);
  release = true;
  CHECK_FALSE(client_lives(s));
  CHECK(s.submissions() == 2);
  CHECK(s.end_of(2)->decision == decision::restart);
  CHECK(s.end_of(3)->failure_class == "submission_timeout");
  CHECK(s.end_of(3)->cause.find("component_flink_submission_timeout_sec") != std::string::npos);
}

TEST_CASE("a client that the node ended is told by its signal, and is not the program's failure") {
  surroundings s;
  s.spec.restart_attempts = 0;
  s.command = {"/bin/sh", "-c", "kill -9 $$", "@incarnation@"};
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.log().ends.size() >= 2; }));
  CHECK(s.end_of(2)->cause.find("signal 9 (Killed)") != std::string::npos);
  CHECK(s.end_of(2)->failure_class == "node_trouble");
  CHECK(s.end_of(2)->decision == decision::restart);
  s.terminate();
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("a slot bounds submissions: a client that goes on beside its running job holds none") {
  surroundings s;
  s.spec.submission_slots = 1;
  s.spec.submission =
      GENERATE(dm::flink::submission_mode::attached, dm::flink::submission_mode::per_job);
  std::atomic<bool> release{false};
  s.on_submit([&](const arguments& argv) {
    client_end end = s.submit(argv, "ACCEPTED");
    eventually([&] { return release.load(); });
    return end;
  });
  s.pace.accepted_limit = io::milliseconds(60'000);
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.live_ids().size() == 1; }));
  REQUIRE(polled(s, 4));
  CHECK_FALSE(s.take_slot());
  const std::string id = s.live_ids().front();
  s.yarn().change(id, [](fake::yarn_application& a) { a.state = "RUNNING"; });
  CHECK(eventually([&] { return s.take_slot().has_value(); }));
  CHECK(client_lives(s));
  s.finish(id, "SUCCEEDED");
  release = true;
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("an attached run whose guard died is never adopted as complete") {
  surroundings s;
  s.spec.submission = dm::flink::submission_mode::attached;
  s.spec.restart_attempts = 0;
  s.want();
  const std::uint64_t epoch = s.claim();
  const std::string id = s.put_live(epoch);
  const bool over = GENERATE(false, true);
  if (over) s.finish(id, "SUCCEEDED");  // it may have had more to execute
  CHECK(s.run() == guard_exit_failed);
  CHECK(s.end_of(epoch)->outcome == outcome::failed);
  CHECK(s.end_of(epoch)->cause.find("attached client") != std::string::npos);
  CHECK(s.live_ids().empty());
  CHECK(s.submissions() == 0);
}

TEST_CASE("a quiet job is polled rarely, within the interval that was set") {
  surroundings s;
  s.spec.follow_interval_ms = 400;
  const std::string id = followed(s);
  CHECK(eventually([&] {
    s.resource_manager.server().forget_requests();
    std::this_thread::sleep_for(std::chrono::milliseconds(1000));
    return s.resource_manager.server().request_count() <= 4;  // 1 s / (0.8 * 0.4 s), and one
  }));
  // Nothing is kept open between two polls.
  CHECK(eventually([&] { return s.resource_manager.server().open_connections() == 0; }));
  s.finish(id, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
}
