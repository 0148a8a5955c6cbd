// Every verb of both tables killed before one of its effects, then the world changes, then the same
// request is repeated: it converges, nothing is doubled, nothing is lost (INV-1, INV-3, INV-5).
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "settled.h"
#include "support/killed_run.h"

using namespace conformance;
using dm::test::killed_run;
using dm::test::run_and_kill;

namespace {

// Points that are tried in one verb and world; spread over all of its effects.
constexpr int points_tried = 8;
constexpr int most_effects = 2'000;

struct world_change {
  const char* name;
  void (*happens)(running_component&);
};
const std::vector<world_change> changes = {
    {"nothing else happens", [](running_component&) {}},
    {"the job completes by itself", [](running_component& c) { c.w.end_by_itself("completed"); }},
    {"the job fails for good", [](running_component& c) { c.w.end_by_itself("failed"); }},
    {"the ResourceManager is restarted",
     [](running_component& c) { c.w.resource_manager.restart(1); }},
};

struct killed_verb {
  const char* name;
  // Brings the component into the state that the verb is meant for.
  void (*prepare)(running_component&);
  std::string (*request)(const running_component&);
};

void stop_it(running_component& c) {
  const reply stopped = c.dm.run(c.plugin->stop, text_of(c.asked("stop_request")));
  INFO(stopped.text);
  REQUIRE(stopped.status == DM_STATUS_OK);
}

void take_savepoint(running_component& c) {
  const reply taken = c.trigger("before-upgrade");
  INFO(taken.text);
  REQUIRE(taken.status == DM_STATUS_OK);
}

std::string naming_savepoint(const running_component& c, const char* sample_name) {
  rapidjson::Document asking = c.asked(sample_name);
  set(asking, "/savepoint", "before-upgrade");
  return text_of(asking);
}

const std::vector<killed_verb> killed_verbs = {
    {"start", stop_it,
     [](const running_component& c) { return text_of(c.asked("start_request")); }},
    {"stop", [](running_component&) {},
     [](const running_component& c) { return text_of(c.asked("stop_request")); }},
    {"destroy", [](running_component&) {},
     [](const running_component& c) { return text_of(c.asked("destroy_request")); }},
    {"trigger", [](running_component&) {},
     [](const running_component& c) { return text_of(c.asked("trigger_request")); }},
    {"resume",
     [](running_component& c) {
       take_savepoint(c);
       stop_it(c);
     },
     [](const running_component& c) { return naming_savepoint(c, "resume_request"); }},
    {"dispose", take_savepoint,
     [](const running_component& c) { return naming_savepoint(c, "dispose_request"); }},
    {"pin", take_savepoint,
     [](const running_component& c) { return naming_savepoint(c, "pin_request"); }},
    {"unpin",
     [](running_component& c) {
       take_savepoint(c);
       REQUIRE(c.dm.run(c.savepoint.pin, naming_savepoint(c, "pin_request")).status ==
               DM_STATUS_OK);
     },
     [](const running_component& c) { return naming_savepoint(c, "unpin_request"); }},
    {"list", take_savepoint,
     [](const running_component& c) { return text_of(c.asked("list_request")); }},
    {"status", [](running_component&) {},
     [](const running_component& c) { return text_of(c.asked("status_request")); }},
};

dm_operation verb_named(const running_component& c, const std::string& name) {
  for (const named_verb& known : verbs(c.plugin)) {
    if (name == known.name) return known.verb;
  }
  FAIL("no verb " << name);
  return nullptr;
}

// A component in the state for the verb, and the files of a host that runs it once.
struct scene {
  running_component c;
  std::string request;
  std::string environment_file = c.w.node.path() + "/environment.json";
  std::string request_file = c.w.node.path() + "/request.json";

  explicit scene(const killed_verb& verb) {
    verb.prepare(c);
    request = verb.request(c);
    std::ofstream(environment_file) << c.w.environment();
    std::ofstream(request_file) << request;
  }
  killed_run kill_before(const char* verb, int effect) const {
    return run_and_kill({VERB_PROCESS, PLUGIN_PATH, verb, environment_file, request_file}, effect);
  }
};

// How many effects the verb has when it is left alone, within the next power of two.
int effects_of(const killed_verb& verb) {
  int effects = 8;
  while (effects < most_effects && scene(verb).kill_before(verb.name, effects).killed) effects *= 2;
  return effects;
}

// An end that a host understands: done, or refused for a reason that the world has given.
void check_converged(const reply& answer) {
  INFO(answer.text);
  const bool understood = answer.status == DM_STATUS_OK ||
                          answer.status == DM_STATUS_FAILED_PRECONDITION ||
                          answer.status == DM_STATUS_NOT_FOUND;
  CHECK(understood);
}

// Kills the verb at points all over it, in each world, and repeats it.
void kill_everywhere(const std::string& name) {
  const auto found = std::find_if(killed_verbs.begin(), killed_verbs.end(),
                                  [&](const killed_verb& known) { return name == known.name; });
  REQUIRE(found != killed_verbs.end());
  const killed_verb& verb = *found;
  const int effects = effects_of(verb);
  for (const world_change& change : changes) {
    for (int point = 0; point < points_tried; ++point) {
      const int effect = effects * point / points_tried;
      INFO(verb.name << " killed before effect " << effect << " of about " << effects << "; "
                     << change.name);
      scene s(verb);
      const killed_run run = s.kill_before(verb.name, effect);
      change.happens(s.c);
      check_converged(repeated(s.c, verb_named(s.c, verb.name), s.request));
      check_invariants(s.c);
      CHECK(s.c.w.job_manager.savepoints_triggered() <= 2);
      end_of_it(s.c);
      if (!run.killed) break;
    }
  }
}

}  // namespace

TEST_CASE("INV-5: start killed at points all over it, the world changed, and repeated") {
  kill_everywhere("start");
}
TEST_CASE("INV-5: stop killed at points all over it, the world changed, and repeated") {
  kill_everywhere("stop");
}
TEST_CASE("INV-5: destroy killed at points all over it, the world changed, and repeated") {
  kill_everywhere("destroy");
}
TEST_CASE("INV-5: trigger killed at points all over it, the world changed, and repeated") {
  kill_everywhere("trigger");
}
TEST_CASE("INV-5: resume killed at points all over it, the world changed, and repeated") {
  kill_everywhere("resume");
}
TEST_CASE("INV-5: dispose killed at points all over it, the world changed, and repeated") {
  kill_everywhere("dispose");
}
TEST_CASE("INV-5: pin killed at points all over it, the world changed, and repeated") {
  kill_everywhere("pin");
}
TEST_CASE("INV-5: unpin killed at points all over it, the world changed, and repeated") {
  kill_everywhere("unpin");
}
TEST_CASE("INV-5: list killed at points all over it, the world changed, and repeated") {
  kill_everywhere("list");
}
TEST_CASE("INV-5: status killed at points all over it, the world changed, and repeated") {
  kill_everywhere("status");
}
