// The guard, killed at each effect it has outside itself, before and after the effect, with the
// world changing before the next guard comes: nothing is doubled and nothing is lost (INV-1,
// INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <mutex>

#include "guard_process.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::guard_exit_done;
using dm::component::outcome;
namespace fake = dm::fake;

namespace {

using arguments = std::vector<std::string>;

// What happens between the death of a guard and the next one.
enum class meanwhile { nothing, application_succeeds, application_fails, yarn_denies };

class scene : public surroundings {
 public:
  scene() {
    spec.restart_attempts = 5;
    spec.job_type = dm::component::job_type::batch;  // what has completed must not run again
    std::ofstream(directory / "guard.json") << to_json(spec);
    for (fake::http_server* server :
         {&name_node.server(), &resource_manager.server(), &job_manager.server()}) {
      server->disturb([this](const fake::request& asked) {
        return asked.method == "GET" ? std::nullopt : process.at_effect();
      });
    }
    on_submit([this](const arguments& argv) {
      if (const auto killed = process.at_effect(); killed && !killed->carried_out)
        return client_end{};
      const std::lock_guard lock(mutex_);
      beside_ = beside_ || !live_ids().empty();
      return submit(argv);
    });
    want();
  }

  void start_guard() { process.start(directory / "guard.json", command); }
  bool beside() const { return beside_; }  // whether one was submitted beside a living one

  ~scene() {
    for (fake::http_server* server :
         {&name_node.server(), &resource_manager.server(), &job_manager.server()})
      server->disturb(nullptr);
    process.end();
  }

  guard_process process;

 private:
  std::mutex mutex_;
  std::atomic<bool> beside_{false};
};

// The first run of the job fails, the next one succeeds; the guard is killed once and followed by
// another one. False: the guard was not killed, since it has no such effect.
bool live(scene& s, meanwhile what) {
  bool killed = false;
  bool failed_one = false;
  std::optional<int> code;
  s.start_guard();
  const bool over = eventually([&] {
    code = s.process.ended();
    if (code) return true;
    if (s.process.dead()) {
      s.process.bury();
      killed = true;
      for (const std::string& id : s.live_ids()) {
        if (what == meanwhile::application_succeeds) s.finish(id, "SUCCEEDED");
        if (what == meanwhile::application_fails) s.finish(id, "FAILED", "container lost");
      }
      if (what == meanwhile::yarn_denies) s.resource_manager.restart(3);
      s.start_guard();
      return false;
    }
    // Its job ends only once the guard has noted it, so that all of the guard's effects come.
    for (const std::string& id : s.live_ids()) {
      if (!s.noted(id)) continue;
      s.finish(id, failed_one ? "SUCCEEDED" : "FAILED", "container lost");
      failed_one = true;
    }
    return false;
  });
  INFO(s.guard_log());
  REQUIRE(over);
  CHECK(*code == guard_exit_done);
  return killed;
}

void check(scene& s) {
  INFO(s.guard_log());
  CHECK_FALSE(s.beside());
  CHECK(s.live_ids().empty());
  const auto log = s.log();
  int succeeded = 0;
  std::map<std::string, int> of_epoch;
  for (const fake::yarn_application& application : s.yarn().applications()) {
    succeeded += application.final_status == "SUCCEEDED" ? 1 : 0;
    for (const std::string& tag : application.tags) {
      if (tag.starts_with("dm-epoch-")) ++of_epoch[tag];
    }
  }
  // What has completed is never run again, and no epoch is submitted twice.
  CHECK(succeeded == 1);
  for (const auto& [tag, count] : of_epoch) {
    CAPTURE(tag);
    CHECK(count == 1);
  }
  // Every incarnation has its end on record, the newest one's is the job's.
  for (const auto& [number, record] : log.records) {
    CAPTURE(number);
    if (record.kind == dm::component::record_kind::incarnation) CHECK(log.ends.contains(number));
  }
  // Of each that failed, whatever killed its guard, something is kept; and nothing of it twice.
  const auto kept = s.incidents();
  for (const auto& [epoch, end] : log.ends) {
    CAPTURE(epoch);
    const auto of_it = std::count_if(kept.begin(), kept.end(), [&](const auto& one) {
      return one.head.id == dm::component::end_incident_id(epoch) && one.kept &&
             one.problem.empty();
    });
    const bool failure = end.outcome == outcome::failed || end.outcome == outcome::killed ||
                         (end.outcome == outcome::unknown && !end.application_id.empty());
    CHECK(of_it == (failure ? 1 : 0));
  }
  REQUIRE(log.newest_incarnation() != nullptr);
  CHECK(log.ends.at(log.newest_incarnation()->number).outcome == outcome::completed);
}

}  // namespace

namespace {

// How many effects a guard has that nobody kills.
int effects_of_a_life() {
  scene s;
  CHECK_FALSE(live(s, meanwhile::nothing));
  check(s);
  return s.process.effects();
}

void killed_once(int nth, bool carried_out, meanwhile what) {
  CAPTURE(nth, carried_out, static_cast<int>(what));
  scene s;
  s.process.kill_at(nth, carried_out);
  (void)live(s, what);
  check(s);
}

constexpr std::array worlds = {meanwhile::nothing, meanwhile::application_succeeds,
                               meanwhile::application_fails, meanwhile::yarn_denies};

}  // namespace

TEST_CASE("a guard killed at each of its effects, while the world goes on in one way or another") {
  const int effects = effects_of_a_life();
  REQUIRE(effects >= 8);  // two claims, clients, facts and ends
  const bool carried_out = GENERATE(false, true);
  for (int nth = 1; nth <= effects; ++nth) {
    const auto turn = static_cast<std::size_t>(nth + (carried_out ? 2 : 0));
    killed_once(nth, carried_out, worlds.at(turn % worlds.size()));
  }
}

// Minutes long: ask for it by its tag.
TEST_CASE("a guard killed at each of its effects, in each world", "[.matrix]") {
  const int effects = effects_of_a_life();
  const bool carried_out = GENERATE(false, true);
  const meanwhile what = GENERATE(from_range(worlds.begin(), worlds.end()));
  for (int nth = 1; nth <= effects; ++nth) killed_once(nth, carried_out, what);
}
