// A guard that submits by itself, killed anywhere: an incarnation is one application, of the id on
// record, whatever the world does meanwhile (INV-1, INV-4, INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <optional>

#include "component/component_name.h"
#include "direct_surroundings.h"
#include "guard_process.h"

using namespace dm::test;
using dm::component::guard_exit_done;
using dm::component::outcome;
using dm::component::record_kind;
namespace component = dm::component;
namespace fake = dm::fake;

namespace {

// What happens between the death of a guard and the next one.
enum class meanwhile { nothing, application_succeeds, application_fails, yarn_denies };

class scene : public direct_surroundings {
 public:
  scene() {
    spec.restart_attempts = 5;
    spec.job_type = component::job_type::batch;  // what has completed must not run again
    std::ofstream(directory / "guard.json") << to_json(spec);
    for (fake::http_server* server : servers()) {
      server->disturb([this](const fake::request& asked) {
        // A creation's first step is an answer alone.
        const bool effect =
            asked.method != "GET" &&
            !(asked.argument("op") == "CREATE" && asked.argument("namenoderpcaddress").empty());
        return effect ? process.at_effect() : std::nullopt;
      });
    }
    resource_manager.on_submission([this](fake::yarn_application& one) {
      one.state = "RUNNING";
      one.am_rpc_address = job_manager.rpc_address();
      beside_ = beside_ || !live_ids().empty();
      bool recorded = false;
      for (const std::string& file : name_node.files().all_files()) {
        const auto content = name_node.files().get(file);
        recorded = recorded || (file.starts_with("/state/prod/app/job/log/") && content &&
                                content->find("\"" + one.id + "\"") != std::string::npos);
      }
      unrecorded_ = unrecorded_ || !recorded;
    });
    want();
  }
  ~scene() {
    for (fake::http_server* server : servers()) server->disturb(nullptr);
    process.end();
  }
  void start_guard() { process.start(directory / "guard.json", command); }
  // Whether one was submitted beside a living one, or before its id was on record.
  bool beside() const { return beside_; }
  bool unrecorded() const { return unrecorded_; }

  guard_process process;

 private:
  std::array<fake::http_server*, 4> servers() {
    return {&name_node.server(), &name_node.data_node(), &resource_manager.server(),
            &job_manager.server()};
  }

  std::atomic<bool> beside_{false};
  std::atomic<bool> unrecorded_{false};
};

// The job succeeds; the guard is killed once and followed by another one.
void live(scene& s, meanwhile what) {
  bool over = false;
  std::optional<int> code;
  s.start_guard();
  over = eventually([&] {
    code = s.process.ended();
    if (code) return true;
    if (s.process.dead()) {
      s.process.bury();
      for (const std::string& id : s.live_ids()) {
        if (what == meanwhile::application_succeeds) s.end_in_order(id, "SUCCEEDED");
        if (what == meanwhile::application_fails) s.finish(id, "FAILED", "container lost");
      }
      if (what == meanwhile::yarn_denies) s.resource_manager.restart(3);
      s.start_guard();
      return false;
    }
    // Its job ends only once the guard has noted it, so that all of the guard's effects come.
    for (const std::string& id : s.live_ids()) {
      if (s.noted(id)) s.end_in_order(id, "SUCCEEDED");
    }
    return false;
  });
  INFO(s.guard_log());
  REQUIRE(over);
  CHECK(*code == guard_exit_done);
}

void check(scene& s) {
  INFO(s.guard_log());
  CHECK_FALSE(s.beside());
  CHECK_FALSE(s.unrecorded());
  CHECK(s.live_ids().empty());
  const auto log = s.log();
  // Each application has the id on record of its epoch, and no epoch has two.
  std::map<std::string, int> of_epoch;
  int succeeded = 0;
  for (const fake::yarn_application& application : s.yarn().applications()) {
    succeeded += application.final_status == "SUCCEEDED" ? 1 : 0;
    const auto epoch = component::epoch_of(application.tags, s.id);
    REQUIRE(epoch);
    CHECK(++of_epoch[std::to_string(*epoch)] == 1);
    REQUIRE(log.records.at(*epoch).direct);
    CHECK(log.records.at(*epoch).direct->application_id == application.id);
  }
  CHECK(succeeded == 1);  // what has completed is never run again
  for (const auto& [number, record] : log.records) {
    CAPTURE(number);
    if (record.kind == record_kind::incarnation) CHECK(log.ends.contains(number));
  }
  REQUIRE(log.newest_incarnation() != nullptr);
  CHECK(log.ends.at(log.newest_incarnation()->number).outcome == outcome::completed);
  // A jar is on HDFS whole or not at all.
  for (const std::string& name : s.name_node.files().names("/state/prod/app/job/jars")) {
    if (name.ends_with(".jar"))
      CHECK(s.name_node.files().get("/state/prod/app/job/jars/" + name) == "a jar");
  }
}

int effects_of_a_life() {
  scene s;
  live(s, meanwhile::nothing);
  check(s);
  return s.process.effects();
}

void killed_once(int nth, bool carried_out, meanwhile what) {
  CAPTURE(nth, carried_out, static_cast<int>(what));
  scene s;
  s.process.kill_at(nth, carried_out);
  live(s, what);
  check(s);
}

constexpr std::array worlds = {meanwhile::nothing, meanwhile::application_succeeds,
                               meanwhile::application_fails, meanwhile::yarn_denies};

}  // namespace

TEST_CASE("a guard that submits directly, killed at each of its effects") {
  const int effects = effects_of_a_life();
  // new-application, its directory, four files, the jar's four, claim, submission, fact, end
  REQUIRE(effects >= 14);
  const bool carried_out = GENERATE(false, true);
  for (int nth = 1; nth <= effects; ++nth) {
    const auto turn = static_cast<std::size_t>(nth + (carried_out ? 2 : 0));
    killed_once(nth, carried_out, worlds.at(turn % worlds.size()));
  }
}

// Minutes long: ask for it by its tag.
TEST_CASE("a guard that submits directly, killed at each of its effects, in each world",
          "[.matrix]") {
  const int effects = effects_of_a_life();
  const bool carried_out = GENERATE(false, true);
  const meanwhile what = GENERATE(from_range(worlds.begin(), worlds.end()));
  for (int nth = 1; nth <= effects; ++nth) killed_once(nth, carried_out, what);
}
