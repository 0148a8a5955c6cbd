// SIGKILL at each step of each operation: the next Deployment Manager ends what was begun; nothing
// is lost, nothing is destroyed that nobody asked to be. (Upgrades: application_upgrade_test.cpp.)
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/operations_world.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

#include <signal.h>
#include <atomic>
#include <iostream>
#include <string_view>

using namespace manager_test;

namespace {

struct step {
  std::string operation;  // method and path behind the application's
  std::string verb;       // of the plugin, during which the host dies
  std::string state;      // what the operation ends in
  std::string from;       // the state that it begins in
};

bool is_accepted(long status) { return status >= 200 && status < 300; }

// Until the program is dead, or has nothing more to do.
void wait_for_death(operations_world& world) {
  eventually([&] { return world.dm().program_ended() || !world.under_way(); });
  world.dm().kill_program();
}

// The next one ends what was begun; what was accepted is carried out, all of it and once.
ending after_death(operations_world& world, const endings& allowed, long status) {
  world.dm().start_program();
  const ending how = world.judge(allowed, is_accepted(status), false);
  if (how == ending::carried_out) CHECK(world.effects() == allowed.effects);
  world.dm().kill_program();
  return how;
}

// `times`: processes that die at their own step of that number.
ending killed_at(operations_world& world, const scene& played, const endings& allowed, int nth,
                 int times = 1) {
  INFO(played.name << ", killed before step " << nth << ": "
                   << allowed.steps.at(static_cast<std::size_t>(nth) - 1));
  world.start(played, {.kill_at = nth});
  const long status = played.act(world.dm()).status;
  CHECK((status == 0 || is_accepted(status)));
  wait_for_death(world);
  for (int i = 1; i < times; ++i) {
    disk_fault again{.kill_at = nth};
    again.from_the_start = true;
    world.dm().start_program(world.faults().environment(again));
    wait_for_death(world);
  }
  return after_death(world, allowed, status);
}

ending killed_at_hdfs(operations_world& world, const scene& played, const endings& allowed, int nth,
                      bool carried_out) {
  INFO(played.name << ", killed at request " << nth << " to HDFS, which was "
                   << (carried_out ? "" : "not ") << "carried out");
  world.start(played, {});
  std::atomic<int> changes{0};
  world.hdfs().server().disturb([&, pid = world.dm().program()](const dm::fake::request& asked)
                                    -> std::optional<dm::fake::disturbance> {
    if (asked.method == "GET" || ++changes != nth) return std::nullopt;
    ::kill(pid, SIGKILL);
    dm::fake::disturbance closed;
    closed.what = dm::fake::disturbance::kind::close;
    closed.carried_out = carried_out;
    return closed;
  });
  const long status = played.act(world.dm()).status;
  wait_for_death(world);
  world.hdfs().server().disturb(nullptr);
  return after_death(world, allowed, status);
}

bool is_flush_of_registry(std::string_view step) {
  return step.starts_with("flush") && kind_of_step(std::string(step)) == "registry";
}

// In the middle of the operation and at its end, on both sides of a transaction; all of it is what
// [.matrix] is for.
std::vector<int> few_of(const std::vector<std::string>& steps) {
  std::vector<int> commits;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (is_flush_of_registry(steps[i])) commits.push_back(static_cast<int>(i) + 1);
  }
  if (commits.size() < 2) return {static_cast<int>(steps.size())};
  return {commits[commits.size() / 2], commits[commits.size() - 2] + 1};
}

void begin(manager_fixture& dm, const step& one) {
  if (one.from.empty())
    return dm.request_that_kills("PUT", "/applications/one?user.name=daemon",
                                 R"({"package":"app-1.0.0"})");
  const auto space = one.operation.find(' ');
  const std::string body = one.verb == "trigger" ? R"({"operation":"first"})" : "";
  dm.request_that_kills(one.operation.substr(0, space),
                        "/applications/one" + one.operation.substr(space + 1) + "?user.name=daemon",
                        body);
}

}  // namespace

TEST_CASE("every operation goes on after a kill at each of its steps") {
  const auto [operation, verb, state, from] =
      GENERATE(table<std::string, std::string, std::string, std::string>({
          {"create", "validate-staged", "CREATED", ""},
          {"create", "create", "CREATED", ""},
          {"POST /start", "start", "STARTED", "CREATED"},
          {"POST /stop", "stop", "CREATED", "STARTED"},
          {"POST /savepoints", "trigger", "STARTED", "STARTED"},
          {"DELETE /savepoints/before", "dispose", "STARTED", "STARTED"},
          {"POST /savepoints/before/resume", "resume", "STARTED", "STARTED"},
          {"DELETE ", "destroy", "NOTCREATED", "CREATED"},
          {"DELETE ", "destroy", "NOTCREATED", "STARTED"},
      }));
  const std::string when = GENERATE("kill_host", "kill_host_after");
  INFO(operation << " from " << from << ", killed in " << verb << " (" << when << ")");
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create("bystander", "app-1.0.0");
  if (from == "CREATED") dm.create("one", "app-1.0.0");
  if (from == "STARTED") dm.create_and_start("one", "app-1.0.0");
  if (operation.find("before") != std::string::npos) {
    REQUIRE(dm.request("POST", "/applications/one/savepoints?user.name=daemon",
                       R"({"operation":"before"})")
                .status == 202);
    dm.wait_for("/applications/one/savepoints/before", "state", "COMPLETED");
    eventually([&] {
      return dm.get("/applications/one/savepoints/before").json.HasMember("under_way") == false;
    });
  }
  dm.script(verb, "{\"" + when + R"(":true,"once":true})");
  begin(dm, {operation, verb, state, from});
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.start_program();

  dm.wait_for_state("one", state);
  CHECK(dm.made("one", "main") == (state != "NOTCREATED"));
  CHECK(dm.made("bystander", "main"));
  const std::string plain = verb.substr(0, verb.find('-'));
  eventually([&] { return dm.calls(plain).size() >= 2; });
  // The same operation, not another one.
  const auto calls = dm.calls(plain);
  CHECK(manager::json::text_of(calls[calls.size() - 1], "correlation_id") ==
        manager::json::text_of(calls[calls.size() - 2], "correlation_id"));
  if (operation == "POST /savepoints") {
    dm.wait_for("/applications/one/savepoints/first", "state", "COMPLETED");
    CHECK(dm.get("/applications/one/savepoints").json["savepoints"].Size() == 1);
  }
  eventually([&] { return std::filesystem::is_empty(dm.directory() / "data/operations"); });
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("a deployment goes on after a kill while the plugin looks at the package") {
  const std::string when = GENERATE("kill_host", "kill_host_after");
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.script("validate-package", "{\"" + when + R"(":true,"once":true})");
  dm.request_that_kills("PUT", "/packages/app-1.0.0?user.name=daemon");
  eventually([&] { return dm.program_ended(); });
  dm.kill_program();
  dm.start_program();
  dm.wait_for("/packages/app-1.0.0/status", "status", "DEPLOYED");
  dm.create("one", "app-1.0.0");
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("what is killed between any two of its steps is carried out once, or was never begun") {
  operations_world world;
  for (const scene& played : all_scenes()) {
    const endings allowed = world.undisturbed(played);
    for (const int nth : few_of(allowed.steps)) killed_at(world, played, allowed, nth);
  }
}

TEST_CASE("so is what is killed while it changes HDFS") {
  operations_world world;
  for (const char* name : {"create", "destroy"}) {
    const scene& played = scene_named(name);
    const endings allowed = world.undisturbed(played);
    REQUIRE(allowed.hdfs_steps >= 1);
    for (const bool carried_out : {false, true}) {
      killed_at_hdfs(world, played, allowed, 1, carried_out);
    }
  }
}

TEST_CASE("a deployment that was named before a kill leaves no archive when it then fails") {
  operations_world world;
  const scene& played = scene_named("deploy");
  const endings allowed = world.undisturbed(played);
  int named = 0;
  for (std::size_t i = 0; i < allowed.steps.size(); ++i) {
    if (allowed.steps[i].find("data/packages/app-3.0.0") != std::string::npos) {
      named = static_cast<int>(i) + 2;  // the step behind the one that gives it its name
    }
  }
  REQUIRE(named > 0);
  world.start(played, {.kill_at = named});
  const long status = played.act(world.dm()).status;
  // The worker dies on its own; the answer may not have left by then.
  REQUIRE((status == 202 || status == 0));
  wait_for_death(world);
  REQUIRE(std::filesystem::exists(world.dm().directory() / "data/packages/app-3.0.0.tar.gz"));
  std::filesystem::remove(world.dm().directory() / "data/repository/app-3.0.0.tar.gz");
  world.dm().start_program();
  world.dm().wait_for("/packages/app-3.0.0/status", "status", "NOTDEPLOYED");
  CHECK_FALSE(std::filesystem::exists(world.dm().directory() / "data/packages/app-3.0.0.tar.gz"));
}

TEST_CASE("a creation that a kill interrupted is undone when it then cannot go on") {
  operations_world world;
  const scene& played = scene_named("create");
  world.begin(played);
  world.dm().script("create", R"({"kill_host_after":true,"once":true})");
  world.dm().start_program();
  played.act(world.dm());
  eventually([&] { return world.dm().program_ended(); });
  world.dm().kill_program();
  REQUIRE(world.dm().made("one", "main"));
  world.dm().script("validate-staged", R"({"status":3})");
  world.dm().start_program();
  world.dm().wait_for_state("one", "NOTCREATED");
  CHECK_FALSE(world.dm().made("one", "main"));
  CHECK_FALSE(world.hdfs().files().exists("/data/one"));
  CHECK(world.dm().get("/applications").body == R"(["bystander"])");
}

TEST_CASE("what an operation needs a plugin for waits for it, whatever the verb") {
  operations_world world;
  for (const char* name : {"start", "trigger", "destroy"}) {
    const scene& played = scene_named(name);
    INFO(name);
    const endings allowed = world.undisturbed(played);
    world.begin(played);
    world.dm().script(name, R"({"kill_host":true,"once":true})");
    world.dm().start_program();
    const long status = played.act(world.dm()).status;
    eventually([&] { return world.dm().program_ended(); });
    world.dm().kill_program();
    world.dm().take_plugins_away();
    world.dm().start_program();
    CHECK(world.under_way());
    CHECK(played.act(world.dm()).status >= 400);
    CHECK(world.dm().terminate_program() == 0);
    CHECK(world.under_way());
    world.dm().bring_plugins_back();
    world.dm().start_program();
    CHECK(world.judge(allowed, is_accepted(status), false) == ending::carried_out);
    world.dm().kill_program();
  }
}

// A quarter of an hour: ask for it by its tag. It prints what it has found as a table.
TEST_CASE("killed at every step, once and twice", "[.matrix]") {
  const scene& played = every_scene();
  DYNAMIC_SECTION(played.name) {
    operations_world world;
    ending_table once;
    ending_table twice;
    const endings allowed = world.undisturbed(played);
    for (int nth = 1; nth <= static_cast<int>(allowed.steps.size()); ++nth) {
      const std::string kind = kind_of_step(allowed.steps[static_cast<std::size_t>(nth) - 1]);
      once.count(played.name, kind, killed_at(world, played, allowed, nth));
      twice.count(played.name, kind, killed_at(world, played, allowed, nth, 2));
    }
    for (int nth = 1; nth <= static_cast<int>(allowed.hdfs_steps); ++nth) {
      for (const bool carried_out : {false, true}) {
        once.count(played.name, "HDFS", killed_at_hdfs(world, played, allowed, nth, carried_out));
      }
    }
    std::cout << once.text("killed before a step of") << "\n"
              << twice.text("killed before a step of, and the next process, too") << std::endl;
  }
}
