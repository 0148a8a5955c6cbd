// The verdict on a component whose runs Oozie begins, while none is under way.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>

#include "observation/state_table.h"

using dm::component::decision;
using dm::component::outcome;
using dm::observation::rule;
using dm::test::facts;
using state = dm::observation::component_state;
using sure = dm::observation::confidence;

namespace {

facts wanted(const std::string& status) { return facts().coordinator(status).run(); }
facts after(outcome came_to, decision judged = decision::none, const std::string& cause = {}) {
  return wanted("RUNNING").incarnation().end(came_to, judged, cause);
}
bool follows_by(const facts& given, rule one) {
  const auto rules = given.evaluated().rules;
  return std::find(rules.begin(), rules.end(), one) != rules.end();
}

}  // namespace

TEST_CASE("states of a component between its runs") {
  dm::test::check_states({
      {"no run yet", wanted("RUNNING"), state::scheduled, sure::confirmed,
       "no run has begun yet; the next one is due at"},
      {"the last run has completed", after(outcome::completed), state::scheduled, sure::confirmed,
       "the last run has completed"},
      {"the last run has failed", after(outcome::failed, decision::give_up, "boo"),
       state::scheduled, sure::confirmed, "the last run has failed: boo"},
      {"the last run was killed", after(outcome::killed), state::scheduled, sure::confirmed,
       "the last run was killed"},
      {"how the last run ended is not known", after(outcome::unknown, decision::give_up),
       state::scheduled, sure::confirmed, "has ended, and how is not known"},
      {"a run lives", wanted("RUNNING").incarnation().application(2, "RUNNING").job("RUNNING"),
       state::running, sure::confirmed, nullptr},
      {"a run is being submitted", wanted("RUNNING").incarnation(), state::starting,
       sure::confirmed, "submitting"},
      {"a run is tried again", after(outcome::failed, decision::restart, "boo"), state::backoff,
       sure::confirmed, "boo"},
      {"a run has completed, and nobody has recorded it yet",
       wanted("RUNNING").incarnation().application(2, "FINISHED", "SUCCEEDED"), state::scheduled,
       sure::confirmed, "its run has completed"},
      {"not wanted", facts().coordinator("KILLED").run().stop(), state::stopped, sure::confirmed,
       ""},
      {"stopped after a run that has completed: that is not the schedule's end",
       after(outcome::completed).stop(), state::stopped, sure::confirmed, ""},
      {"stopped after a run that has failed",
       after(outcome::failed, decision::give_up, "boo").stop(), state::stopped, sure::confirmed,
       ""},
      {"its start was refused", facts().scheduled().run().stop("start-failed"), state::failed,
       sure::confirmed, "Oozie refused its coordinator"},
      {"never started", facts().scheduled(), state::created, sure::confirmed, ""},
  });
}

TEST_CASE("what Oozie says of its coordinator") {
  dm::test::check_states({
      {"about to be", wanted("PREP"), state::scheduled, sure::confirmed, "is due at"},
      {"runs, some of which had failed", wanted("RUNNINGWITHERROR"), state::scheduled,
       sure::confirmed, "is due at"},
      {"suspended by somebody", wanted("SUSPENDED"), state::scheduled, sure::confirmed,
       "so that no run begins; resume it there"},
      {"paused", wanted("PAUSED"), state::scheduled, sure::confirmed, "so that no run begins"},
      {"its end has come", wanted("SUCCEEDED"), state::completed, sure::confirmed,
       "its end has come"},
      {"the same, with runs that had failed", wanted("DONEWITHERROR"), state::completed,
       sure::confirmed, "no other run follows"},
      {"somebody has killed it", wanted("KILLED"), state::failed, sure::confirmed,
       "is KILLED in Oozie, and no other run follows"},
      {"it failed", wanted("FAILED"), state::failed, sure::confirmed, "no other run follows"},
      {"a word that nobody knows", wanted("GONE"), state::scheduled, sure::stale,
       "is GONE in Oozie"},
      {"none", facts().scheduled().run(), state::scheduled, sure::confirmed,
       "Oozie has no coordinator of it"},
  });
}

TEST_CASE("whoever does not answer makes no state (INV-10)") {
  dm::test::check_states({
      {"Oozie is away", facts().oozie_silent().run(), state::scheduled, sure::stale,
       "Oozie could not be asked: Connection refused"},
      {"the same after a run that failed",
       facts().oozie_silent().run().incarnation().end(outcome::failed, decision::give_up),
       state::scheduled, sure::stale, "the last run has failed"},
      {"YARN is away, and no run has begun", wanted("RUNNING").yarn_silent(), state::scheduled,
       sure::stale, "the ResourceManager does not answer"},
      {"YARN is away, the last run has completed", after(outcome::completed).yarn_silent(),
       state::scheduled, sure::stale, "the last run has completed"},
      {"YARN is away, the last run has failed",
       after(outcome::failed, decision::give_up).yarn_silent(), state::scheduled, sure::stale,
       "the last run has failed"},
      {"YARN is away, and a run is under way",
       wanted("RUNNING").incarnation().known().yarn_silent(), state::running, sure::stale,
       "the ResourceManager does not answer"},
      {"both are away", facts().oozie_silent().run().yarn_silent(), state::scheduled, sure::stale,
       "Oozie could not be asked"},
  });
}

TEST_CASE("the next run is the oldest that waits, however many are made in advance") {
  using std::chrono::minutes;
  const facts given = wanted("RUNNING")
                          .action("SUCCEEDED", minutes(-60))
                          .action("WAITING", minutes(5))
                          .action("WAITING", minutes(65));
  CHECK(given.evaluated().reason.find(
            "due at " + dm::io::to_rfc3339(dm::test::noon + minutes(5))) != std::string::npos);
}

TEST_CASE("a schedule whose guard is not there is told, since nobody ends what Oozie gives up") {
  const facts gone = wanted("RUNNING").guard("STOPPED");
  const auto status = gone.evaluated();
  CHECK(status.state == state::scheduled);
  CHECK(status.reason.find("nobody would end a run that Oozie kills") != std::string::npos);
  CHECK(status.reason.find("start brings its guard back") != std::string::npos);
  CHECK(follows_by(gone, rule::guard_missing));
  CHECK_FALSE(follows_by(wanted("RUNNING"), rule::guard_missing));
}

TEST_CASE("each state tells the rules that it follows by") {
  CHECK(follows_by(wanted("RUNNING"), rule::next_run_is_awaited));
  CHECK(follows_by(wanted("SUSPENDED"), rule::coordinator_is_suspended));
  CHECK(follows_by(wanted("KILLED"), rule::coordinator_has_ended));
  CHECK(follows_by(facts().scheduled().run(), rule::coordinator_is_missing));
  CHECK(follows_by(facts().oozie_silent().run(), rule::oozie_is_silent));
}

TEST_CASE("since when, and of which job: of the last run") {
  const auto status = after(outcome::completed).evaluated();
  CHECK(status.since != dm::io::wall_time{});
  CHECK(status.application_id == "application_1_0002");
  CHECK_FALSE(status.job_id.empty());
}
