// From what the sources said to a state, row by row.
// SPDX-License-Identifier: Apache-2.0
#include "observation/evaluation.h"

#include <catch2/catch.hpp>
#include <functional>

#include "observation/facts.h"

using namespace dm::input;
using namespace dm::observation;
using dm::component::decision;
using dm::component::outcome;
using dm::component::record_kind;
using state = component_state;
using sure = confidence;
using dm::test::address;
using dm::test::facts;
using dm::test::noon;
using dm::test::proves;
namespace io = dm::io;

namespace {

struct row {
  const char* what;
  facts given;
  component_state expected;
  enum confidence confidence;
  const char* reason;  // part of it; "" for none at all; nullptr for any
};

}  // namespace

TEST_CASE("states") {
  const auto completed = outcome::completed;
  const auto failed = outcome::failed;
  const row table[] = {
      {"never started", facts(), state::created, sure::confirmed, ""},
      {"never started, no program running", facts().guard("STOPPED"), state::created,
       sure::confirmed, ""},
      {"wanted, the guard is looking", facts().run(), state::starting, sure::confirmed,
       "about to submit"},
      {"claimed, the client runs", facts().run().incarnation(), state::starting, sure::confirmed,
       "submitting"},
      {"in YARN's queue",
       facts().run().incarnation().application(2, "ACCEPTED", "UNDEFINED", "AM limit\nx"),
       state::starting, sure::confirmed, "ACCEPTED in queue default: AM limit"},
      {"the JobManager is up, no job yet",
       facts().run().incarnation().application(2, "RUNNING").young(), state::starting,
       sure::confirmed, "JobManager is up"},
      {"the JobManager is not up yet",
       facts().run().incarnation().application(2, "RUNNING").young().job_manager_silent(),
       state::starting, sure::confirmed, "JobManager"},
      {"tasks are scheduled",
       facts().run().incarnation().application(2, "RUNNING").job("RUNNING", 0), state::starting,
       sure::confirmed, "0 of 2 tasks"},
      {"some tasks run", facts().run().incarnation().application(2, "RUNNING").job("RUNNING", 1),
       state::starting, sure::confirmed, "1 of 2 tasks"},
      {"the job is created",
       facts().run().incarnation().application(2, "RUNNING").job("CREATED", 0), state::starting,
       sure::confirmed, nullptr},
      {"all tasks run", facts().run().incarnation().application(2, "RUNNING").job("RUNNING"),
       state::running, sure::confirmed, ""},
      {"all tasks run, the log was not read",
       facts().no_log("").application(2, "RUNNING").job("RUNNING"), state::running, sure::confirmed,
       ""},
      {"all tasks run, no guard",
       facts().run().incarnation().guard("STOPPED").application(2, "RUNNING").job("RUNNING"),
       state::running, sure::confirmed, ""},
      {"an older epoch lives beside it",
       facts()
           .run()
           .incarnation()
           .incarnation()
           .application(2, "RUNNING")
           .application(3, "RUNNING")
           .job("RUNNING"),
       state::running, sure::confirmed, "application_1_0002 of an older epoch"},
      {"one restart long ago",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .job("RUNNING")
           .restarted(1, std::chrono::minutes(10)),
       state::running, sure::confirmed, "restarted 1 time by Flink"},
      {"flapping, at a good moment",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .job("RUNNING")
           .restarted(7, std::chrono::seconds(3)),
       state::restarting, sure::confirmed, "restarted 7 times by Flink"},
      {"flapping, at a bad moment",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .job("RUNNING", 0)
           .restarted(7, std::chrono::seconds(3)),
       state::restarting, sure::confirmed, "boo"},
      {"Flink says RESTARTING",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .job("RESTARTING", 0)
           .restarted(1, std::chrono::seconds(3)),
       state::restarting, sure::confirmed, "boo"},
      {"Flink says FAILING",
       facts().run().incarnation().application(2, "RUNNING").job("FAILING", 0), state::restarting,
       sure::confirmed, "FAILING"},
      {"the job is being cancelled",
       facts().run().incarnation().application(2, "RUNNING").job("CANCELLING", 1), state::stopping,
       sure::confirmed, "cancelled"},
      {"the job has ended, its application not yet",
       facts().run().incarnation().application(2, "RUNNING").job("FINISHED", 0), state::stopping,
       sure::confirmed, "its YARN application is ending"},
      {"stop was asked for, the job runs on",
       facts().run().incarnation().stop().application(2, "RUNNING").job("RUNNING"), state::stopping,
       sure::confirmed, "stop was asked for"},
      {"stop was asked for in the queue",
       facts().run().incarnation().stop().application(2, "ACCEPTED"), state::stopping,
       sure::confirmed, "stop was asked for"},
      {"the JobManager does not answer",
       facts().run().incarnation().application(2, "RUNNING").job_manager_silent(), state::running,
       sure::stale, "does not answer"},
      {"completed",
       facts()
           .run()
           .incarnation()
           .application(2, "FINISHED", "SUCCEEDED")
           .end(completed, decision::none),
       state::completed, sure::confirmed, ""},
      {"completed, YARN has forgotten it",
       facts().run().incarnation().end(completed, decision::none).guard("EXITED"), state::completed,
       sure::confirmed, ""},
      {"completed, no guard was there to see it",
       facts().run().incarnation().application(2, "FINISHED", "SUCCEEDED").guard("STOPPED"),
       state::completed, sure::confirmed, ""},
      {"failed, the guard looks into it",
       facts().run().incarnation().application(2, "FINISHED", "FAILED", "container lost"),
       state::backoff, sure::confirmed, "looks into the cause. container lost"},
      {"killed, the guard looks into it",
       facts().run().incarnation().application(2, "KILLED", "KILLED", "Application killed by user"),
       state::backoff, sure::confirmed, "looks into the cause. Application killed by user"},
      {"killed, no guard was there to see it",
       facts().run().incarnation().application(2, "KILLED", "KILLED", "by bob").guard("EXITED"),
       state::failed, sure::confirmed, nullptr},
      {"failed, the guard waits",
       facts()
           .run()
           .incarnation()
           .application(2, "FAILED", "FAILED")
           .end(failed, decision::restart, "boo"),
       state::backoff, sure::confirmed, "boo; next attempt at"},
      {"refused by the guard for lack of a restore point",
       facts()
           .run()
           .incarnation()
           .end(failed, decision::give_up, "no usable restore point, and state is required")
           .guard("EXITED", 3),
       state::failed, sure::confirmed, "no usable restore point"},
      {"given up",
       facts()
           .run()
           .incarnation()
           .application(2, "FAILED", "FAILED")
           .end(failed, decision::give_up, "boo")
           .guard("EXITED", 3),
       state::failed, sure::confirmed, "boo"},
      {"how it ended is unknown, given up",
       facts()
           .run()
           .incarnation()
           .end(outcome::unknown, decision::give_up, "nobody knows")
           .guard("EXITED", 3),
       state::failed, sure::confirmed, "nobody knows"},
      {"killed from outside",
       facts()
           .run()
           .incarnation()
           .application(2, "KILLED", "KILLED")
           .end(outcome::killed, decision::none, "killed by alice")
           .guard("EXITED"),
       state::stopped, sure::confirmed, "killed by alice"},
      {"stopped",
       facts().run().incarnation().end(outcome::stopped, decision::none).stop().guard("STOPPED"),
       state::stopped, sure::confirmed, ""},
      {"stopped, its end not recorded",
       facts().run().incarnation().stop().application(2, "FINISHED", "KILLED").guard("STOPPED"),
       state::stopped, sure::confirmed, ""},
      {"stopped before anything was submitted", facts().run().stop().guard("STOPPED"),
       state::stopped, sure::confirmed, ""},
      {"completed, then stop was asked for",
       facts().run().incarnation().end(completed, decision::none).stop().guard("STOPPED"),
       state::completed, sure::confirmed, ""},
      {"a start that has failed",
       facts()
           .run()
           .incarnation()
           .end(failed, decision::give_up, "boo")
           .stop("start-failed")
           .guard("STOPPED"),
       state::failed, sure::confirmed, "boo"},
      {"a start that has failed, its cause not recorded",
       facts()
           .run()
           .incarnation()
           .application(2, "KILLED", "KILLED")
           .stop("start-failed")
           .guard("STOPPED"),
       state::failed, sure::confirmed, "before it had recorded why"},
      {"wanted, no guard, nothing submitted", facts().run().guard("STOPPED"), state::unknown,
       sure::confirmed, "STOPPED in supervisord"},
      {"wanted, supervisord does not know it", facts().run().no_program(), state::unknown,
       sure::confirmed, "does not know the program"},
      {"wanted, supervisord is away", facts().run().supervisor_silent(), state::unknown,
       sure::confirmed, "no such socket"},
      {"wanted, the guard has crashed", facts().run().guard("FATAL", 127), state::failed,
       sure::confirmed, "127"},
      {"wanted, this node is damaged", facts().run().guard("EXITED", 3).damaged(), state::failed,
       sure::confirmed, "logs is missing"},
      {"running on a damaged node",
       facts().run().incarnation().application(2, "RUNNING").job("RUNNING").damaged(),
       state::running, sure::confirmed, "logs is missing"},
      {"wanted on another node", facts().run().other_node(), state::unknown, sure::confirmed,
       "no guard is at work"},
      {"waits on a node without its supervisord",
       facts().run().incarnation().end(failed, decision::restart, "boo").supervisor_silent(),
       state::backoff, sure::confirmed, "supervisord does not answer"},
      {"a new run after an old failure",
       facts().run().incarnation().end(failed, decision::give_up, "boo").stop().run(),
       state::starting, sure::confirmed, "about to submit"},
      {"nothing lives, the log cannot be read", facts().no_log(), state::unknown, sure::unknown,
       "safe mode"},
      {"YARN is silent, the job answers",
       facts().yarn_silent().run().incarnation().known().job("RUNNING"), state::running,
       sure::stale, "Connection refused"},
      {"YARN is silent, an application is known", facts().yarn_silent().run().incarnation().known(),
       state::running, sure::stale, "last known"},
      {"YARN is silent, it was being stopped",
       facts().yarn_silent().run().incarnation().known().stop(), state::stopping, sure::stale,
       "last known"},
      {"YARN is silent, a client was submitting", facts().yarn_silent().run().incarnation(),
       state::starting, sure::stale, "Connection refused"},
      {"YARN is silent, nothing was submitted", facts().yarn_silent().run(), state::starting,
       sure::stale, "nothing is submitted while YARN is away"},
      {"YARN is silent, never started", facts().yarn_silent(), state::created, sure::stale,
       "Connection refused"},
      {"YARN is silent, given up before",
       facts().yarn_silent().run().incarnation().end(failed, decision::give_up, "boo"),
       state::failed, sure::stale, "boo"},
      {"YARN is silent, completed before",
       facts().yarn_silent().run().incarnation().end(completed, decision::none), state::completed,
       sure::stale, "Connection refused"},
      {"YARN and HDFS are silent", facts().yarn_silent().no_log(), state::unknown, sure::unknown,
       "safe mode"},
  };
  for (const row& r : table) {
    CAPTURE(r.what);
    const component_status status = r.given.evaluated();
    CAPTURE(status.reason);
    CHECK(to_string(status.state) == to_string(r.expected));
    CHECK(to_string(status.confidence) == to_string(r.confidence));
    if (r.reason != nullptr && std::string(r.reason).empty()) CHECK(status.reason.empty());
    if (r.reason != nullptr) CHECK(status.reason.find(r.reason) != std::string::npos);
    CHECK_FALSE(status.summary.empty());
    CHECK_FALSE(status.proof.empty());
    CHECK(status.observed_at == noon);
    CHECK(status.name == dm::test::component_record().name);
  }
}

TEST_CASE(
    "a silent ResourceManager never makes a failure: only one that was recorded before is told "
    "(INV-4)") {
  // Every combination of what the other sources may say.
  const std::vector<std::function<void(facts&)>> logs = {
      [](facts& f) { f.log(); },
      [](facts& f) { f.no_log(); },
      [](facts& f) { f.run(); },
      [](facts& f) { f.run().incarnation(); },
      [](facts& f) { f.run().incarnation().known(); },
      [](facts& f) { f.run().incarnation().known().stop(); },
      [](facts& f) { f.run().incarnation().known().stop().run(); },
      [](facts& f) { f.run().incarnation().end(outcome::completed, decision::none); },
      [](facts& f) { f.run().incarnation().end(outcome::stopped, decision::none).stop(); },
      [](facts& f) { f.run().incarnation().end(outcome::killed, decision::none); },
      [](facts& f) { f.run().incarnation().end(outcome::failed, decision::restart, "recorded"); },
      [](facts& f) { f.run().incarnation().end(outcome::failed, decision::give_up, "recorded"); },
      [](facts& f) {
        f.run().incarnation().end(outcome::failed, decision::restart, "recorded").incarnation();
      },
      [](facts& f) {
        f.run()
            .incarnation()
            .end(outcome::failed, decision::give_up, "recorded")
            .stop("start-failed");
      }};
  const std::vector<std::function<void(facts&)>> guards = {
      [](facts& f) { f.guard("RUNNING"); },    [](facts& f) { f.guard("STOPPED"); },
      [](facts& f) { f.guard("EXITED", 3); },  [](facts& f) { f.guard("FATAL", 1); },
      [](facts& f) { f.guard("BACKOFF", 1); }, [](facts& f) { f.no_program(); },
      [](facts& f) { f.supervisor_silent(); }, [](facts& f) { f.other_node(); }};
  const std::vector<std::function<void(facts&)>> jobs = {
      [](facts&) {},
      [](facts& f) { f.job_manager_silent(); },
      [](facts& f) { f.job("RUNNING"); },
      [](facts& f) { f.job("RUNNING", 0); },
      [](facts& f) { f.job("FAILED", 0); },
      [](facts& f) { f.job("CANCELED", 0); },
      [](facts& f) { f.job("FINISHED", 0); },
      [](facts& f) { f.job("RESTARTING", 0).restarted(9, std::chrono::seconds(1)); }};
  const std::vector<std::function<void(facts&)>> nodes = {[](facts&) {},
                                                          [](facts& f) { f.damaged(); }};
  int combinations = 0;
  for (std::size_t l = 0; l < logs.size(); ++l) {
    for (std::size_t g = 0; g < guards.size(); ++g) {
      for (std::size_t j = 0; j < jobs.size(); ++j) {
        for (std::size_t n = 0; n < nodes.size(); ++n) {
          facts f;
          logs[l](f);
          guards[g](f);
          jobs[j](f);
          nodes[n](f);
          f.yarn_silent();
          const component_status status = f.evaluated();
          CAPTURE(l, g, j, n, status.reason);
          ++combinations;
          CHECK(to_string(status.confidence) != "confirmed");
          if (status.state == state::failed || status.state == state::backoff) {
            CHECK(status.reason.find("recorded") != std::string::npos);
          }
          CHECK(status.reason.find("Connection refused") != std::string::npos);
        }
      }
    }
  }
  CHECK(combinations == 14 * 8 * 8 * 2);
}

TEST_CASE("what is wanted is told apart from what is") {
  CHECK(facts().evaluated().desired.empty());
  CHECK(facts().run().evaluated().desired == "RUNNING");
  CHECK(facts().run().incarnation().stop().application(2, "RUNNING").evaluated().desired ==
        "STOPPED");
  CHECK(facts().no_log("").application(2, "RUNNING").job("RUNNING").evaluated().desired ==
        "RUNNING");
  CHECK(facts().no_log().guard("STOPPED").evaluated().desired.empty());
}

TEST_CASE("a status tells what it is about and where to look") {
  const component_status status =
      facts().run().incarnation().application(2, "RUNNING").job("RUNNING").evaluated();
  CHECK(status.application_id == "application_1_0002");
  CHECK(status.job_id == "79027c5e5ce9d22420e092835033910c");
  CHECK(status.job_name == "app-stream");
  CHECK(status.yarn_state == "RUNNING");
  CHECK(status.tracking_url.find("/proxy/application_1_0002") != std::string::npos);
  CHECK(status.guard_log == "/opt/prod/app/stream/logs/guard.log");
  CHECK(status.client_log == "/opt/prod/app/stream/logs/client-2.log");
  CHECK(proves(status, "resourcemanager " + address, "application_1_0002 is RUNNING"));
  CHECK(proves(status, "supervisord", "RUNNING"));
  CHECK(proves(status, "jobmanager http://node7:41233", "2 of 2 tasks"));
  CHECK(proves(status, "hdfs", "newest intent: run (record 1)"));
}

TEST_CASE("what is left open decides who is asked next") {
  CHECK_FALSE(absence_in_question(facts().f));
  observed_facts unconfirmed = facts().application(2, "FINISHED", "SUCCEEDED").f;
  unconfirmed.absence_confirmed = false;
  CHECK(absence_in_question(unconfirmed));
  unconfirmed.applications.clear();
  CHECK(absence_in_question(unconfirmed));
  unconfirmed.yarn_answered = false;
  CHECK_FALSE(absence_in_question(unconfirmed));
  CHECK_FALSE(absence_in_question(facts().application(2, "RUNNING").f));

  CHECK_FALSE(log_needed(facts().application(2, "RUNNING").f));
  CHECK(log_needed(facts().application(2, "FINISHED", "SUCCEEDED").f));
  CHECK(log_needed(facts().f));
  CHECK(log_needed(facts().application(2, "RUNNING").guard("STOPPED").f));
  CHECK(log_needed(facts().yarn_silent().f));

  CHECK_FALSE(exceptions_needed(facts().application(2, "RUNNING").job("RUNNING").f));
  CHECK(exceptions_needed(facts().application(2, "RUNNING").job("RUNNING", 1).f));
  CHECK(exceptions_needed(facts().application(2, "RUNNING").job("RESTARTING", 0).f));
  CHECK_FALSE(exceptions_needed(facts().application(2, "RUNNING").job("FINISHED", 0).f));
  CHECK_FALSE(exceptions_needed(facts().f));
  observed_facts changed = facts().application(2, "RUNNING").job("RUNNING").f;
  changed.job->last_modified_ms = (noon - std::chrono::seconds(2)).time_since_epoch().count();
  CHECK(exceptions_needed(changed));
}

TEST_CASE("the application that stands for a component is the live one of the newest epoch") {
  CHECK(chosen_application(facts().f) == nullptr);
  facts f;
  f.application(2, "RUNNING").application(3, "FAILED", "FAILED");
  CHECK(chosen_application(f.f)->id == "application_1_0002");
  f.application(4, "ACCEPTED");
  CHECK(chosen_application(f.f)->id == "application_1_0004");
  CHECK(chosen_application(
            facts().application(2, "FINISHED", "KILLED").application(3, "FAILED", "FAILED").f)
            ->id == "application_1_0003");
}
