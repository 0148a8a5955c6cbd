// Two verbs at once on one component, each pair of them: both end in one of their documented ways,
// and what must always hold holds.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <future>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "settled.h"

using namespace conformance;
using namespace std::chrono_literals;

namespace {

// Far beyond what any of them needs here: the assertion is about hanging.
constexpr auto hangs = 60s;

bool documented(const reply& answer) {
  switch (answer.status) {
    case DM_STATUS_OK:
    case DM_STATUS_FAILED_PRECONDITION:
    case DM_STATUS_NOT_FOUND:
    case DM_STATUS_ALREADY_EXISTS:
    case DM_STATUS_UNAVAILABLE:
      return true;
    default:
      return false;
  }
}

void run_pair(const named_verb& one, const named_verb& other) {
  INFO(one.name << " beside " << other.name);
  running_component c;
  REQUIRE(c.trigger("before-upgrade").status == DM_STATUS_OK);
  const std::string first = c.request_of(one.name);
  const std::string second = c.request_of(other.name);
  const call bounded(c.plugin, c.dm, 8'000);
  const call also_bounded(c.plugin, c.dm, 8'000);
  auto beside =
      std::async(std::launch::async, [&] { return c.dm.run(other.verb, second, bounded.get()); });
  const reply answer = c.dm.run(one.verb, first, also_bounded.get());
  REQUIRE(beside.wait_for(hangs) == std::future_status::ready);
  const reply answer_beside = beside.get();
  for (const reply* each : {&answer, &answer_beside}) {
    INFO(each->text);
    // A start beside a stop may wait for tasks that the stop keeps from running.
    CHECK((documented(*each) || each->status == DM_STATUS_DEADLINE_EXCEEDED));
  }
  check_invariants(c);
  end_of_it(c);
}

// The verb beside itself and every other one.
void run_beside_all(const std::string& name) {
  const library plugin;
  const std::vector<named_verb> all = verbs(plugin);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const named_verb& known) { return name == known.name; });
  REQUIRE(found != all.end());
  // Each pair once: with those that come after it in the list.
  for (auto other = found; other != all.end(); ++other) run_pair(*found, *other);
}

}  // namespace

TEST_CASE("DM-16: validate beside each other verb on one component") { run_beside_all("validate"); }
TEST_CASE("DM-16: create beside each other verb on one component") { run_beside_all("create"); }
TEST_CASE("DM-16: destroy beside each other verb on one component") { run_beside_all("destroy"); }
TEST_CASE("DM-16: start beside each other verb on one component") { run_beside_all("start"); }
TEST_CASE("DM-16: stop beside each other verb on one component") { run_beside_all("stop"); }
TEST_CASE("DM-16: status beside each other verb on one component") { run_beside_all("status"); }
TEST_CASE("DM-16: trigger beside each other verb on one component") { run_beside_all("trigger"); }
TEST_CASE("DM-16: list beside each other verb on one component") { run_beside_all("list"); }
TEST_CASE("DM-16: resume beside each other verb on one component") { run_beside_all("resume"); }
TEST_CASE("DM-16: dispose beside each other verb on one component") { run_beside_all("dispose"); }
TEST_CASE("DM-16: pin beside each other verb on one component") { run_beside_all("pin"); }
TEST_CASE("DM-16: unpin beside each other verb on one component") { run_beside_all("unpin"); }
TEST_CASE("DM-16: plan beside each other verb on one component") { run_beside_all("plan"); }
TEST_CASE("DM-16: figures beside themselves on one component") { run_beside_all("figures"); }
TEST_CASE("DM-16: incidents beside each other verb on one component") {
  run_beside_all("incidents");
}
TEST_CASE("DM-16: explain beside each other verb on one component") { run_beside_all("explain"); }
