// Refusals by the state of an object.
// SPDX-License-Identifier: Apache-2.0
#include "operation/state_refusal.h"

#include "base/json.h"
#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

namespace {

struct known {
  manager_test::temporary_directory directory;
  registry memory{directory / "db"};

  void begin(const std::string& noun, const std::string& name, const std::string& verb) {
    memory.transact([&](registry_view& view) {
      view.operations.add({"0123", noun, name, verb, "ada", "CREATED", "{}", 0, 1'714'564'800'000});
    });
  }
  failure refused(const std::string& state, std::string_view wanted,
                  const std::vector<std::string_view>& allowed = {}) {
    application_record application;
    application.name = "counting";
    application.state = state;
    return refused_by_state(memory, application, wanted, allowed);
  }
  failure refused_package(const std::string& state, std::string_view wanted) {
    package_record package;
    package.name = "counter-1.0.0";
    package.state = state;
    return refused_by_state(memory, package, wanted);
  }
};

void check_says(const failure& why, const std::vector<const char*>& parts) {
  for (const char* part : parts) CHECK_THAT(why.what(), Catch::Matchers::Contains(part));
}

}  // namespace

TEST_CASE("one that there is not is 404, with how to see and make those that there are") {
  known k;
  const failure why = k.refused("NOTCREATED", "start");
  CHECK(why.kind() == failure_kind::not_found);
  CHECK(why.state()->state == "NOTCREATED");
  CHECK(why.state()->kind == "application");
  CHECK(why.state()->object == "counting");
  check_says(why, {"no application counting: GET /applications", "PUT /applications/counting"});
  application_record failed;
  failed.name = "counting";
  failed.information = "Error creating counting: no queue";
  check_says(refused_by_state(k.memory, failed, "stop", {}),
             {"GET /applications/counting/status says what was tried"});
  check_says(k.refused("NOTCREATED", "destroy"), {"nothing to destroy"});
}

TEST_CASE("in another state it says which, and what brings it into the one that is needed") {
  known k;
  const failure why = k.refused("STARTED", "start", {"CREATED"});
  CHECK(why.kind() == failure_kind::conflicting_state);
  CHECK(why.state()->under_way.empty());
  check_says(why, {"application counting is STARTED", "started already", "/counting/stop"});
  check_says(k.refused("CREATED", "stop"), {"is CREATED", "nothing to stop"});
  check_says(k.refused("STARTED", "create"), {"DELETE /applications/counting", "upgrade"});
  check_says(k.refused("CREATED", "trigger", {"STARTED", "CREATED"}),
             {"trigger needs it STARTED or CREATED"});
}

TEST_CASE("while something is under way it says what, whose, since when, and how it ends") {
  known k;
  k.begin("application", "counting", "stop");
  const failure why = k.refused("STOPPING", "start", {"CREATED"});
  CHECK(why.kind() == failure_kind::conflicting_state);
  check_says(why, {"is STOPPING", "stop (operation 0123, asked for by ada at 2024-05-01T12:00:00",
                   "GET /operations/0123?wait=60", "DELETE /operations/0123"});
  CHECK_THAT(why.what(), !Catch::Matchers::Contains("kill"));
  const auto under_way = json::parse_or_throw(why.state()->under_way, "test");
  CHECK(under_way["id"] == "0123");
  CHECK(under_way["verb"] == "stop");
  CHECK(under_way["user"] == "ada");
  CHECK(under_way["accepted_at"] == "2024-05-01T12:00:00.000Z");
  check_says(k.refused("STOPPING", "stop"), {"kill=true"});
}

TEST_CASE("what has ended in this moment is asked for again") {
  known k;
  const failure why = k.refused("STARTING", "start");
  CHECK(why.state()->under_way.empty());
  check_says(why, {"is STARTING", "ask again"});
}

TEST_CASE("packages are refused in the same way") {
  known k;
  CHECK(k.refused_package("NOTDEPLOYED", "create").kind() == failure_kind::not_found);
  check_says(k.refused_package("NOTDEPLOYED", "create"),
             {"package counter-1.0.0 is not deployed", "PUT /packages/counter-1.0.0"});
  check_says(k.refused_package("NOTDEPLOYED", "undeploy"), {"nothing to undeploy"});
  check_says(k.refused_package("DEPLOYED", "deploy"),
             {"is DEPLOYED", "DELETE /packages/counter-1.0.0"});
  k.begin("package", "counter-1.0.0", "undeploy");
  const failure why = k.refused_package("UNDEPLOYING", "deploy");
  CHECK(why.kind() == failure_kind::conflicting_state);
  CHECK(why.state()->kind == "package");
  check_says(why, {"is UNDEPLOYING", "undeploy (operation 0123", "wait=60"});
}
