// The verdict on a component of which nothing lives in YARN, row by row.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "observation/state_table.h"

using dm::component::decision;
using dm::component::outcome;
using dm::test::facts;
using state = dm::observation::component_state;
using sure = dm::observation::confidence;

TEST_CASE("states of what does not live") {
  const auto completed = outcome::completed;
  const auto failed = outcome::failed;
  dm::test::check_states({
      {"YARN does not know its application any more", facts().run().incarnation().known(),
       state::backoff, sure::confirmed,
       "does not know its application application_1_0002 any more"},
      {"YARN does not know its application, whose job runs",
       facts().run().incarnation().known().job("RUNNING"), state::running, sure::stale,
       "YARN does not know its application application_1_0002"},
      {"YARN does not know its application, and another job has its port",
       facts().run().incarnation().known_as("0000").job("RUNNING"), state::backoff, sure::confirmed,
       "does not know its application"},
      {"never started", facts(), state::created, sure::confirmed, ""},
      {"never started, no program running", facts().guard("STOPPED"), state::created,
       sure::confirmed, ""},
      {"wanted, the guard is looking", facts().run(), state::starting, sure::confirmed,
       "about to submit"},
      {"wanted a moment ago, and supervisord has not started the guard yet",
       facts().run().just_now().guard("STOPPED"), state::starting, sure::confirmed,
       "its start was asked for a moment ago"},
      {"wanted a moment ago, the guard of the run before has ended",
       facts().run().just_now().guard("EXITED").guard_ended(std::chrono::seconds(60)),
       state::starting, sure::confirmed, "its guard comes up"},
      {"wanted a moment ago, and the guard could not be started",
       facts().run().just_now().guard("FATAL").guard_ended(std::chrono::seconds(0)), state::failed,
       sure::confirmed, nullptr},
      {"wanted long ago, and there is no guard", facts().run().guard("STOPPED"), state::unknown,
       sure::confirmed, "nothing was submitted yet"},
      {"claimed, the client runs", facts().run().incarnation(), state::starting, sure::confirmed,
       "submitting"},
      {"another user's application has its tag", facts().foreign("bob"), state::created,
       sure::confirmed, "application_9_0001 of user bob"},
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
      {"failed, and HDFS does not take the end",
       facts()
           .run()
           .incarnation()
           .application(2, "FINISHED", "FAILED", "container lost")
           .unwritten(2),
       state::backoff, sure::confirmed,
       "its guard cannot write the component's log: the quota of /pnda is exceeded"},
      {"wanted, and HDFS takes no incarnation", facts().run().unwritten(2), state::starting,
       sure::confirmed, "the quota of /pnda is exceeded"},
      {"what HDFS did not take is written since",
       facts().run().incarnation().end(completed, decision::none).unwritten(2), state::completed,
       sure::confirmed, ""},
      {"what HDFS did not take is long ago", facts().run().incarnation().unwritten(1),
       state::starting, sure::confirmed, "submitting the job"},
      {"attached: one application has completed, its client lives on",
       facts().attached().run().incarnation().application(2, "FINISHED", "SUCCEEDED"),
       state::running, sure::confirmed, "its attached client may execute again"},
      {"attached: the same, seen from another node",
       facts().attached().run().incarnation().application(2, "FINISHED", "SUCCEEDED").other_node(),
       state::running, sure::stale, "the supervisord of its node edge1 was not asked"},
      {"attached: one application has completed, nobody watches its client",
       facts()
           .attached()
           .run()
           .incarnation()
           .application(2, "FINISHED", "SUCCEEDED")
           .guard("STOPPED"),
       state::unknown, sure::confirmed, "start brings its guard back"},
      {"attached: its client has ended as well",
       facts()
           .attached()
           .run()
           .incarnation()
           .application(2, "FINISHED", "SUCCEEDED")
           .end(completed, decision::none),
       state::completed, sure::confirmed, ""},
      {"failed, the guard looks into it",
       facts().run().incarnation().application(2, "FINISHED", "FAILED", "container lost"),
       state::backoff, sure::confirmed, "looks into the cause: container lost"},
      {"failed, nobody looks into it",
       facts()
           .run()
           .incarnation()
           .application(2, "FINISHED", "FAILED", "container lost")
           .guard("STOPPED"),
       state::failed, sure::confirmed,
       "the application ended FINISHED FAILED: container lost; nobody looks after it: its guard's "
       "program is STOPPED in supervisord; start brings its guard back"},
      {"killed, seen from another node",
       facts().run().incarnation().application(2, "KILLED", "KILLED", "by bob").other_node(),
       state::backoff, sure::stale, "the supervisord of its node edge1 was not asked"},
      {"submitting, seen from another node", facts().run().incarnation().other_node(),
       state::starting, sure::stale, "may be submitting"},
      {"killed, the guard looks into it",
       facts().run().incarnation().application(2, "KILLED", "KILLED", "Application killed by user"),
       state::backoff, sure::confirmed, "looks into the cause: Application killed by user"},
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
       sure::confirmed, "does not know its guard's program"},
      {"wanted, supervisord is away", facts().run().supervisor_silent(), state::starting,
       sure::stale, "no such socket"},
      {"wanted, the guard has crashed", facts().run().guard("FATAL", 127), state::failed,
       sure::confirmed, "127"},
      {"wanted, this node is damaged", facts().run().guard("EXITED", 3).damaged(), state::failed,
       sure::confirmed, "logs is missing"},
      {"wanted on another node", facts().run().other_node(), state::starting, sure::stale,
       "was not asked"},
      {"waits on a node without its supervisord",
       facts().run().incarnation().end(failed, decision::restart, "boo").supervisor_silent(),
       state::backoff, sure::stale, "supervisord does not answer"},
      {"waits, and nobody is there who would restart it",
       facts().run().incarnation().end(failed, decision::restart, "boo").guard("STOPPED"),
       state::failed, sure::confirmed, "boo; nobody looks after it"},
      {"a new run after an old failure",
       facts().run().incarnation().end(failed, decision::give_up, "boo").stop().run(),
       state::starting, sure::confirmed, "about to submit"},
      {"nothing lives, the log cannot be read", facts().no_log(), state::unknown, sure::unknown,
       "safe mode"},
  });
}
