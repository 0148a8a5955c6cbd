// The verdict on a component of which YARN tells nothing, row by row.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <functional>

#include "observation/state_table.h"

using dm::component::decision;
using dm::component::outcome;
using dm::test::facts;
using state = dm::observation::component_state;
using sure = dm::observation::confidence;

TEST_CASE("states while YARN is silent") {
  const auto completed = outcome::completed;
  const auto failed = outcome::failed;
  dm::test::check_states({
      {"YARN is silent, the job answers",
       facts().yarn_silent().run().incarnation().known().job("RUNNING"), state::running,
       sure::stale, "Connection refused"},
      {"YARN is silent, an application is known", facts().yarn_silent().run().incarnation().known(),
       state::running, sure::stale, "last known"},
      {"YARN is silent, its job was not seen yet",
       facts().yarn_silent().run().incarnation().known_as(""), state::starting, sure::stale,
       "last known"},
      {"YARN is silent, its job had died before",
       facts().yarn_silent().run().incarnation().known().remembered(state::backoff), state::backoff,
       sure::stale, "last known at 2026-"},
      {"YARN is silent, it was starting",
       facts().yarn_silent().run().incarnation().known().remembered(state::starting),
       state::starting, sure::stale, "last known at 2026-"},
      {"YARN is silent, another submission was seen",
       facts().yarn_silent().run().incarnation().remembered(state::backoff).incarnation().known(),
       state::running, sure::stale, "last known; "},
      {"YARN and HDFS are silent, it was running",
       facts().yarn_silent().run().incarnation().remembered(state::running).no_log(),
       state::running, sure::stale, "last known at 2026-"},
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
  });
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
          const auto status = f.evaluated();
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
