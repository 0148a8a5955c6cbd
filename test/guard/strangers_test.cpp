// Applications that carry the component's tags and are not its own: told, left alone, and never a
// reason to end the one that runs.
// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "component/component_name.h"
#include "surroundings.h"

using namespace dm::test;
using dm::component::guard_exit_done;
using dm::component::outcome;
namespace fake = dm::fake;

namespace {

using arguments = std::vector<std::string>;

std::string followed(surroundings& s) {
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.log().applications.contains(2); }));
  REQUIRE(s.live_ids().size() == 1);
  return s.live_ids().front();
}

// As somebody else submits it with the same tags.
std::string put_foreign(surroundings& s, std::uint64_t epoch, const std::string& user) {
  const std::string id = s.put_live(epoch);
  s.yarn().change(id, [&](fake::yarn_application& a) { a.user = user; });
  return id;
}

bool polled(surroundings& s, std::size_t times) {
  s.resource_manager.server().forget_requests();
  return eventually([&] { return s.resource_manager.server().request_count() >= times; });
}

bool told(surroundings& s, const std::string& id) {
  return eventually(
      [&] { return s.guard_log().find(id + " (RUNNING) carries") != std::string::npos; });
}

}  // namespace

TEST_CASE("another user's application with the component's tags is told and left alone (INV-1)") {
  surroundings s;
  const std::string own = followed(s);
  const std::string foreign = put_foreign(s, GENERATE(2, 1, 999), "mallory");
  REQUIRE(told(s, foreign));
  CHECK(s.guard_log().find("mallory") != std::string::npos);
  REQUIRE(polled(s, 5));
  CHECK(s.resource_manager.kills_asked() == 0);
  CHECK(s.yarn().find(own)->state == "RUNNING");
  // Nor does it stand in the way of a restart, or take its place.
  s.finish(own, "FAILED", "container lost");
  REQUIRE(eventually([&] { return s.live_ids().size() == 2; }));
  CHECK(s.yarn().find(foreign)->state == "RUNNING");
  CHECK(s.submissions() == 2);
  for (const std::string& id : s.live_ids()) {
    if (id != foreign) s.finish(id, "SUCCEEDED");
  }
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("another user's application is no reason not to submit") {
  surroundings s;
  s.want();
  const std::string foreign = put_foreign(s, 2, "mallory");
  s.start();
  REQUIRE(eventually([&] { return s.live_ids().size() == 2; }));
  CHECK(s.resource_manager.kills_asked() == 0);
  s.terminate();
  CHECK(s.join() == guard_exit_done);
}

TEST_CASE("an epoch that nobody has claimed is a stranger's, whoever submitted it") {
  surroundings s;
  const std::string own = followed(s);
  const std::string stranger = s.put_live(999);
  REQUIRE(told(s, stranger));
  REQUIRE(polled(s, 5));
  CHECK(s.resource_manager.kills_asked() == 0);
  CHECK(s.yarn().find(own)->state == "RUNNING");
  s.finish(own, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
}

TEST_CASE("a copy that is submitted by hand while the job runs does not take the job down") {
  surroundings s;
  const std::string own = followed(s);
  REQUIRE(eventually([&] { return s.guard_log().find("client has ended") != std::string::npos; }));
  const std::string copy = s.put_live(2);
  REQUIRE(eventually([&] { return s.yarn().find(copy)->terminal(); }));  // INV-1
  REQUIRE(polled(s, 5));
  CHECK(s.yarn().find(own)->state == "RUNNING");
  CHECK_FALSE(s.end_of(2));
  s.finish(own, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.end_of(2)->outcome == outcome::completed);
  CHECK(s.end_of(2)->application_id == own);
}

TEST_CASE("the next guard tells a copy from the job by what the client had announced") {
  surroundings s;
  const std::string own = followed(s);
  REQUIRE(eventually([&] { return s.guard_log().find("client has ended") != std::string::npos; }));
  s.terminate();
  CHECK(s.join() == guard_exit_done);
  const std::string copy = s.put_live(2);
  s.start();
  REQUIRE(eventually([&] { return s.yarn().find(copy)->terminal(); }));
  CHECK(s.yarn().find(own)->state == "RUNNING");
  s.finish(own, "SUCCEEDED");
  CHECK(s.join() == guard_exit_done);
  CHECK(s.submissions() == 1);
}

TEST_CASE("an application that listings hide is followed by the id that its client announced") {
  surroundings s;
  // yarn.webapp.filter-entity-list-by-user: the list is empty for who may not see it.
  s.resource_manager.server().disturb(
      [](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.path != "/ws/v1/cluster/apps") return std::nullopt;
        fake::disturbance d;
        d.what = fake::disturbance::kind::replace;
        d.instead = fake::json(200, "{\"apps\":{}}");
        return d;
      });
  const std::string id = followed(s);
  REQUIRE(polled(s, 20));
  CHECK(s.submissions() == 1);
  SECTION("to its end") {
    s.finish(id, "SUCCEEDED");
    CHECK(s.join() == guard_exit_done);
    CHECK(s.end_of(2)->outcome == outcome::completed);
  }
  SECTION("by the next guard too") {
    s.terminate();
    CHECK(s.join() == guard_exit_done);
    s.start();
    REQUIRE(eventually([&] { return s.guard_log().find("adopting") != std::string::npos; }));
    s.finish(id, "SUCCEEDED");
    CHECK(s.join() == guard_exit_done);
  }
  CHECK(s.submissions() == 1);
}

TEST_CASE("an application without the tags is ended, once, and what keeps them away is said") {
  surroundings s;
  s.on_submit([&](const arguments& argv) {
    const client_end end = s.submit(argv);
    // As with execution.target in the installation's flink-conf.yaml.
    for (const std::string& id : s.live_ids())
      s.yarn().change(id, [](fake::yarn_application& a) { a.tags.clear(); });
    return end;
  });
  s.resource_manager.set_kill(fake::resource_manager::kill_behaviour::lost, 2);
  s.want();
  CHECK(s.run() == dm::component::guard_exit_failed);
  CHECK(s.submissions() == 1);
  for (const auto& application : s.yarn().applications()) CHECK(application.terminal());
  CHECK(s.end_of(2)->cause.find("execution.target") != std::string::npos);
}

TEST_CASE("an id of which nobody can say whether YARN knows it is waited for (INV-4)") {
  surroundings s;
  s.on_submit([&](const arguments& argv) {
    const client_end end = s.submit(argv);
    s.yarn().forget(s.live_ids().front());
    return end;
  });
  s.resource_manager.server().disturb(
      [](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (asked.path.find("/apps/application_") == std::string::npos) return std::nullopt;
        fake::disturbance d;
        d.what = fake::disturbance::kind::replace;
        d.instead = fake::json(500, "{}");
        return d;
      });
  s.pace.denial_limit = dm::io::milliseconds(100);
  s.want();
  s.start();
  REQUIRE(eventually([&] { return s.submissions() == 1; }));
  REQUIRE(polled(s, 30));
  CHECK(s.submissions() == 1);
  CHECK_FALSE(s.end_of(2));
  s.terminate();
  CHECK(s.join() == guard_exit_done);
}
