// The verdict on a component whose application lives, row by row.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "observation/state_table.h"

using dm::component::decision;
using dm::component::outcome;
using dm::test::facts;
using state = dm::observation::component_state;
using sure = dm::observation::confidence;

TEST_CASE("states of what lives") {
  dm::test::check_states({
      {"in YARN's queue",
       facts().run().incarnation().application(2, "ACCEPTED", "UNDEFINED", "AM limit\nx"),
       state::starting, sure::confirmed, "ACCEPTED in queue default: AM limit"},
      {"the JobManager is up, no job yet",
       facts().run().incarnation().application(2, "RUNNING").young().no_job(), state::starting,
       sure::confirmed, "JobManager is up"},
      {"YARN does not tell the JobManager yet",
       facts().run().incarnation().application(2, "RUNNING").young(), state::starting,
       sure::confirmed, "the address of its JobManager is not known yet"},
      {"the JobManager is not up yet",
       facts().run().incarnation().application(2, "RUNNING").young().job_manager_silent(),
       state::starting, sure::stale,
       "its JobManager http://node7:41233 does not answer: timed out"},
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
       state::running, sure::confirmed,
       "nobody watches it and would restart it: its guard's program is STOPPED in supervisord; "
       "start "
       "brings its guard back"},
      {"all tasks run, supervisord does not know the program",
       facts().run().incarnation().no_program().application(2, "RUNNING").job("RUNNING"),
       state::running, sure::confirmed, "supervisord does not know its guard's program"},
      {"all tasks run, the guard has ended",
       facts().run().incarnation().guard("EXITED", 3).application(2, "RUNNING").job("RUNNING"),
       state::running, sure::confirmed, "its guard has ended with exit code 3 (EXITED)"},
      {"all tasks run, the guard cannot be started",
       facts().run().incarnation().guard("FATAL").application(2, "RUNNING").job("RUNNING"),
       state::running, sure::confirmed, "FATAL"},
      {"all tasks run, a stop is pending, no guard",
       facts().run().incarnation().stop().guard("STOPPED").application(2, "RUNNING").job("RUNNING"),
       state::stopping, sure::confirmed, "stop again to go on with it"},
      {"all tasks run, seen from another node",
       facts().run().incarnation().other_node().application(2, "RUNNING").job("RUNNING"),
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
       state::running, sure::confirmed, "restarted once by Flink"},
      {"in trouble for the first time",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .job("FAILING", 0)
           .restarted(0, std::chrono::seconds(1)),
       state::restarting, sure::confirmed, "the job is FAILING: "},
      {"Flink's metric lags behind its exceptions",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .job("RUNNING", 0)
           .restarted(0, std::chrono::seconds(3)),
       state::restarting, sure::confirmed, "restarted once by Flink"},
      {"its exceptions are needed and do not come",
       facts().run().incarnation().application(2, "RUNNING").job("RUNNING").exceptions_silent(),
       state::running, sure::stale, "HTTP 503"},
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
      {"the job has ended, its application stays",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .ended_job("FINISHED", std::chrono::seconds(90)),
       state::completed, sure::confirmed, "its application is still there; the guard ends it"},
      {"attached: a job has completed, its application stays, its client lives on",
       facts()
           .attached()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .ended_job("FINISHED", std::chrono::seconds(90)),
       state::running, sure::confirmed, "its application is still there"},
      {"the job has failed, its application stays",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .ended_job("FAILED", std::chrono::seconds(90)),
       state::backoff, sure::confirmed, "the job is FAILED, and its application is still there"},
      {"the job has failed, its application stays, no guard",
       facts()
           .run()
           .incarnation()
           .guard("STOPPED")
           .application(2, "RUNNING")
           .ended_job("FAILED", std::chrono::seconds(90)),
       state::failed, sure::confirmed, "stop ends it; its guard's program is STOPPED"},
      {"the job was stopped, its application stays",
       facts()
           .run()
           .incarnation()
           .stop()
           .application(2, "RUNNING")
           .ended_job("FINISHED", std::chrono::seconds(90)),
       state::stopped, sure::confirmed, "its application is still there"},
      {"the job has just ended",
       facts()
           .run()
           .incarnation()
           .application(2, "RUNNING")
           .ended_job("FINISHED", std::chrono::seconds(5)),
       state::stopping, sure::confirmed, "its YARN application is ending"},
      {"stop was asked for, the job runs on",
       facts().run().incarnation().stop().application(2, "RUNNING").job("RUNNING"), state::stopping,
       sure::confirmed, "stop was asked for"},
      {"stop was asked for in the queue",
       facts().run().incarnation().stop().application(2, "ACCEPTED"), state::stopping,
       sure::confirmed, "stop was asked for"},
      {"the JobManager does not answer",
       facts().run().incarnation().application(2, "RUNNING").job_manager_silent(), state::running,
       sure::stale, "its JobManager http://node7:41233 does not answer"},
      {"the JobManager of a job that was seen does not answer",
       facts().run().incarnation().known().application(2, "RUNNING").young().job_manager_silent(),
       state::running, sure::stale, "does not answer"},
      {"an access list hides the JobManager",
       facts().run().incarnation().application(2, "RUNNING").restricted(), state::starting,
       sure::stale, "an access list of YARN hides"},
      {"an access list hides the JobManager, whose job was seen",
       facts().run().incarnation().known().application(2, "RUNNING").restricted(), state::running,
       sure::stale, "an access list of YARN hides"},
      {"an access list hides the JobManager, which is known and answers",
       facts().run().incarnation().known().application(2, "RUNNING").restricted().job("RUNNING"),
       state::running, sure::confirmed, ""},
      {"running on a damaged node",
       facts().run().incarnation().application(2, "RUNNING").job("RUNNING").damaged(),
       state::running, sure::confirmed, "logs is missing"},
  });
}
