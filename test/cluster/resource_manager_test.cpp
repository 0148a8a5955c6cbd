// The ResourceManager, or the pair of them (D-32 ... D-34).
#include "cluster/resource_manager.h"

#include <catch2/catch.hpp>
#include <thread>

#include "fake/resource_manager.h"

using namespace dm::cluster;
using dm::status_code;
using dm::fake::disturbance;
namespace fake = dm::fake;
using dm::io::operation;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));
const operation no_time_for_a_failover = operation::within(std::chrono::seconds(3));

// Two ResourceManagers over one cluster, the first one active.
struct pair {
  std::shared_ptr<fake::yarn_cluster> cluster = std::make_shared<fake::yarn_cluster>();
  fake::resource_manager first{cluster};
  fake::resource_manager second{cluster};
  dm::io::http_client http;
  std::shared_ptr<replicas> service =
      std::make_shared<replicas>(std::vector<std::string>{first.address(), second.address()});
  resource_manager rm{http, service, "pnda"};

  pair() { second.set_standby(first.address()); }
  void fail_over() {
    first.set_standby(second.address());
    second.set_active();
  }
  void know_the_active() { service->set_active(0); }
  std::string submit(const std::string& tag) {
    fake::yarn_application a;
    a.tags = {tag};
    return cluster->submit(a);
  }
};

disturbance never() { return {}; }

}  // namespace

TEST_CASE("a user's applications are listed whatever their tags, and by an active one alone") {
  pair p;
  const std::string id = p.submit("x");
  fake::yarn_application other;
  other.user = "somebody";
  p.cluster->submit(other);
  const auto found = p.rm.find_of_user(in_time, "pnda");
  REQUIRE(found);
  REQUIRE(found->applications.size() == 1);
  CHECK(found->applications.front().id == id);
  CHECK(found->started_on == p.first.started_on());
  p.first.set_standby("");
  CHECK_FALSE(p.rm.find_of_user(no_time_for_a_failover, "pnda"));
}

TEST_CASE("an application is found by tag with one request, whatever the tag's case") {
  pair p;
  const std::string id = p.submit("dm-component-0A");
  p.submit("dm-component-0B");
  p.know_the_active();
  const auto found = p.rm.find(in_time, "dm-component-0a");
  REQUIRE(found);
  REQUIRE(found->applications.size() == 1);
  CHECK(found->applications.front().id == id);
  CHECK(found->address == p.first.address());
  CHECK(p.first.server().request_count() == 1);
  CHECK(p.second.server().request_count() == 0);
}

TEST_CASE("after a failover the new active one is found, and asked first from then on") {
  pair p;
  p.submit("t");
  p.know_the_active();
  p.fail_over();
  CHECK(p.rm.find(in_time, "t")->address == p.second.address());
  CHECK(p.rm.preferred_address() == p.second.address());
  const std::size_t before = p.first.server().request_count();
  CHECK(p.rm.find(in_time, "t")->applications.size() == 1);
  CHECK(p.first.server().request_count() == before);
}

TEST_CASE("a dead or silent active one is passed over") {
  pair p;
  p.submit("t");
  p.second.set_active();
  SECTION("its port refuses") { p.first.server().stop(); }
  SECTION("it answers 500 in HTML") {
    p.first.server().disturb([](const fake::request&) {
      disturbance d;
      d.what = disturbance::kind::replace;
      d.instead = fake::text(500, "<html>", "text/html");
      return d;
    });
  }
  SECTION("it resets connections") {
    p.first.server().disturb([](const fake::request&) {
      disturbance d;
      d.what = disturbance::kind::reset;
      return d;
    });
  }
  SECTION("it knows of no active one") { p.first.set_standby(""); }
  const auto found = p.rm.find(in_time, "t");
  REQUIRE(found);
  CHECK(found->address == p.second.address());
  CHECK(found->applications.size() == 1);
}

TEST_CASE("a redirect to a host that is not configured is never followed (D-34)") {
  pair p;
  fake::resource_manager stranger(p.cluster);
  p.submit("t");
  p.first.set_standby(stranger.address());
  p.second.set_standby(stranger.address());
  const auto found = p.rm.find(no_time_for_a_failover, "t");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == status_code::unavailable);
  CHECK(stranger.server().request_count() == 0);
  CHECK_FALSE(p.rm.kill(no_time_for_a_failover, "application_1_1"));
  CHECK(stranger.server().request_count() == 0);
}

TEST_CASE("without an active one everything is UNAVAILABLE and says what each one said") {
  pair p;
  p.first.server().stop();
  p.second.set_standby("");
  const auto found = p.rm.find(no_time_for_a_failover, "t");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == status_code::unavailable);
  CHECK(found.error().causes.size() == 2);
  CHECK(found.error().message.find(p.first.address()) != std::string::npos);
  CHECK(found.error().text().find("standby") != std::string::npos);
  CHECK(p.rm.find_confirmed(no_time_for_a_failover, "t").error().code == status_code::unavailable);
  CHECK(p.rm.active(no_time_for_a_failover).error().code == status_code::unavailable);
  CHECK(p.rm.queues(no_time_for_a_failover).error().code == status_code::unavailable);
}

TEST_CASE("the active one is told by its state, with version and start") {
  pair p;
  const auto info = p.rm.active(in_time);
  REQUIRE(info);
  CHECK(info->address == p.first.address());
  CHECK(info->ha_state == "ACTIVE");
  CHECK(info->started_on == p.first.started_on());
  CHECK(info->version == "3.3.6");
}

TEST_CASE("when both call themselves active the one believed before is asked") {
  pair p;
  CHECK(p.rm.active(in_time)->address == p.first.address());
  p.second.set_active();
  CHECK(p.rm.active(in_time)->address == p.first.address());
  p.first.server().stop();
  CHECK(p.rm.active(in_time)->address == p.second.address());
  p.first.server().start();
  CHECK(p.rm.active(in_time)->address == p.second.address());
}

TEST_CASE("absence is confirmed by the same active ResourceManager before and after") {
  pair p;
  const auto none = p.rm.find_confirmed(in_time, "t");
  REQUIRE(none);
  CHECK(none->applications.empty());
  CHECK(none->started_on == p.first.started_on());
  CHECK(none->address == p.first.address());
}

TEST_CASE("a restart or a failover in the middle confirms nothing (INV-4)") {
  pair p;
  p.submit("t");
  SECTION("restarted, and its list is empty at first") {
    p.first.server().disturb([&](const fake::request& asked) -> std::optional<disturbance> {
      if (asked.path.ends_with("/apps")) p.first.restart(1);
      return std::nullopt;
    });
  }
  SECTION("it is the standby by then") {
    p.first.server().disturb([&](const fake::request& asked) -> std::optional<disturbance> {
      if (asked.path.ends_with("/apps")) p.fail_over();
      return std::nullopt;
    });
  }
  const auto found = p.rm.find_confirmed(in_time, "t");
  REQUIRE_FALSE(found);
  CHECK(found.error().code == status_code::unavailable);
  p.first.server().disturb(nullptr);
  const auto again = p.rm.find_confirmed(in_time, "t");
  REQUIRE(again);
  CHECK(again->applications.size() == 1);
}

TEST_CASE("a kill is asked of the active one, as the user, and may be asked again") {
  pair p;
  const std::string id = p.submit("t");
  p.fail_over();
  CHECK(p.rm.kill(in_time, id));
  CHECK(p.cluster->find(id)->state == "KILLED");
  CHECK(p.cluster->find(id)->diagnostics.find("by user pnda") != std::string::npos);
  CHECK(p.rm.kill(in_time, id));
  const auto asked = p.second.server().requests().back();
  CHECK(asked.method == "PUT");
  CHECK(asked.body == R"({"state":"KILLED"})");
  CHECK(asked.header("content-type") == "application/json");
}

TEST_CASE(
    "a kill that YARN acknowledges and loses is no error here: it is asked again until the end is "
    "seen (D-32)") {
  pair p;
  const std::string id = p.submit("t");
  p.first.set_kill(fake::resource_manager::kill_behaviour::lost, 1);
  CHECK(p.rm.kill(in_time, id));
  CHECK(p.cluster->find(id)->state == "RUNNING");
  CHECK(p.rm.kill(in_time, id));
  CHECK(p.cluster->find(id)->state == "KILLED");
}

TEST_CASE("a kill that is refused, of what is not there, or of nonsense") {
  pair p;
  const std::string id = p.submit("t");
  p.first.set_kill(fake::resource_manager::kill_behaviour::refused);
  CHECK(p.rm.kill(in_time, id).error().code == status_code::permission_denied);
  CHECK(p.cluster->find(id)->state == "RUNNING");
  CHECK(p.rm.kill(in_time, "application_1_4711").error().code == status_code::not_found);
  const std::size_t before = p.first.server().request_count();
  CHECK(p.rm.kill(in_time, "application_1_1/../../x").error().code ==
        status_code::invalid_argument);
  CHECK(p.first.server().request_count() == before);
}

TEST_CASE("a cluster that asks for authentication is told as such") {
  pair p;
  for (auto* one : {&p.first, &p.second}) {
    one->server().disturb([](const fake::request&) {
      disturbance d;
      d.what = disturbance::kind::replace;
      d.instead = fake::text(401, "<html>Authentication required</html>", "text/html");
      return d;
    });
  }
  CHECK(p.rm.find(in_time, "t").error().code == status_code::unauthenticated);
  CHECK(p.rm.active(in_time).error().code == status_code::unauthenticated);
}

TEST_CASE("a ResourceManager alone works the same") {
  fake::resource_manager only;
  dm::io::http_client http;
  resource_manager rm(http, {only.address()}, "pnda");
  CHECK(rm.find(in_time, "t")->applications.empty());
  CHECK(rm.find_confirmed(in_time, "t"));
  only.server().stop();
  CHECK(rm.find(in_time, "t").error().code == status_code::unavailable);
  resource_manager none(http, std::vector<std::string>{}, "pnda");
  CHECK(none.find(in_time, "t").error().code == status_code::invalid_argument);
  CHECK(none.active(in_time).error().code == status_code::invalid_argument);
  CHECK(none.kill(in_time, "application_1_1").error().code == status_code::invalid_argument);
}

TEST_CASE("the operation's end is not blamed on the cluster") {
  pair p;
  for (auto* one : {&p.first, &p.second})
    one->server().disturb([](const fake::request&) { return never(); });
  CHECK(p.rm.find(operation::within(std::chrono::milliseconds(50)), "t").error().code ==
        status_code::deadline_exceeded);
  CHECK(p.rm.active(operation::within(std::chrono::milliseconds(50))).error().code ==
        status_code::deadline_exceeded);
  CHECK(p.rm.find_confirmed(operation::within(std::chrono::milliseconds(50)), "t").error().code ==
        status_code::deadline_exceeded);
  dm::io::cancellation cancel;
  const operation op(dm::io::steady_time::max(), &cancel);
  std::thread other([&] { cancel.cancel(); });
  CHECK(p.rm.active(op).error().code == status_code::cancelled);
  other.join();
}

TEST_CASE("several threads ask one object") {
  pair p;
  p.submit("t");
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 10; ++i) {
        if (t == 0 && i == 5) p.fail_over();
        const auto found = p.rm.find(in_time, "t");
        // In the moment of the failover neither may be active; nothing else may go wrong.
        if (found ? found->applications.size() == 1
                  : found.error().code == status_code::unavailable)
          ++good;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(good == 60);
}

TEST_CASE("every question is asked as the user (access lists)") {
  pair p;
  const std::string id = p.submit("t");
  REQUIRE(p.rm.find(in_time, "t"));
  REQUIRE(p.rm.find_confirmed(in_time, "t"));
  REQUIRE(p.rm.find_application(in_time, id));
  REQUIRE(p.rm.queues(in_time));
  REQUIRE(p.rm.cluster_capacity(in_time));
  REQUIRE(p.rm.kill(in_time, id));
  for (const fake::request& asked : p.first.server().requests()) {
    CAPTURE(asked.target);
    CHECK(asked.argument("user.name") == "pnda");
  }
}

TEST_CASE("what an access list hides is told as hidden, not as not there yet") {
  pair p;
  const std::string id = p.submit("t");
  const std::string foreign = p.submit("foreign");
  p.cluster->change(foreign, [](fake::yarn_application& a) { a.user = "mallory"; });
  p.first.set_view_of_others(fake::resource_manager::view::restricted);
  const auto own = p.rm.find(in_time, "t");
  REQUIRE(own);
  CHECK_FALSE(own->applications.at(0).restricted_view);
  const auto others = p.rm.find(in_time, "foreign");
  REQUIRE(others);
  CHECK(others->applications.at(0).restricted_view);
  CHECK(others->applications.at(0).user == "mallory");
  CHECK(others->applications.at(0).state == "RUNNING");
  p.first.set_view_of_others(fake::resource_manager::view::filtered);
  CHECK(p.rm.find(in_time, "foreign")->applications.empty());
  const auto asked = p.rm.find_application(in_time, foreign);
  REQUIRE(asked);
  REQUIRE(asked->application);
  CHECK(asked->application->restricted_view);
}

TEST_CASE("an application is asked for by its id, whatever its tags") {
  pair p;
  const std::string id = p.submit("no-tag-of-ours");
  const auto found = p.rm.find_application(in_time, id);
  REQUIRE(found);
  REQUIRE(found->application);
  CHECK(found->application->id == id);
  CHECK(found->application->user == "pnda");
  CHECK(found->address == p.first.address());
  const auto unknown = p.rm.find_application(in_time, "application_1_4711");
  REQUIRE(unknown);
  CHECK_FALSE(unknown->application);
  CHECK(unknown->started_on == p.first.started_on());
  CHECK(p.rm.find_application(in_time, "application_1_1/../x").error().code ==
        status_code::invalid_argument);
}

TEST_CASE("an application is unknown only by the words of one active ResourceManager (INV-4)") {
  pair p;
  const std::string id = p.submit("t");
  const auto answer_with = [](fake::response answer) {
    disturbance d;
    d.what = disturbance::kind::replace;
    d.instead = std::move(answer);
    return d;
  };
  const auto everybody = [&](const fake::response& answer) {
    for (auto* one : {&p.first, &p.second}) {
      one->server().disturb([=](const fake::request& asked) -> std::optional<disturbance> {
        if (asked.path.ends_with("/info")) return std::nullopt;
        return answer_with(answer);
      });
    }
  };
  SECTION("a 404 of a proxy") { everybody(fake::text(404, "<html>", "text/html")); }
  SECTION("a 404 of another kind") {
    everybody(fake::json(404, R"({"RemoteException":{"exception":"IOException","message":"m"}})"));
  }
  SECTION("another application") {
    everybody(fake::json(200, R"({"app":{"id":"application_1_1","startedTime":1}})"));
  }
  SECTION("none") { everybody(fake::json(200, R"({"app":null})")); }
  SECTION("restarted in the middle") {
    p.cluster->forget(id);
    p.first.server().disturb([&](const fake::request& asked) -> std::optional<disturbance> {
      if (!asked.path.ends_with("/info")) p.first.restart();
      return std::nullopt;
    });
  }
  SECTION("both standby") { p.first.set_standby(""); }
  const auto found = p.rm.find_application(no_time_for_a_failover, id);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == status_code::unavailable);
}

TEST_CASE("a kill that access lists forbid is a definite no") {
  pair p;
  const std::string id = p.submit("t");
  p.first.set_kill(fake::resource_manager::kill_behaviour::denied);
  CHECK(p.rm.kill(in_time, id).error().code == status_code::permission_denied);
}

TEST_CASE("nodes in service are counted") {
  fake::resource_manager only;
  only.cluster().set_nodes({{"RUNNING", 0, 6144}, {"LOST", 0, 6144}});
  dm::io::http_client http;
  resource_manager rm(http, {only.address()}, "pnda");
  CHECK(rm.active_nodes(in_time).value() == 1);
  only.cluster().set_nodes({});
  CHECK(rm.active_nodes(in_time).value() == 0);
  only.server().disturb([](const fake::request&) {
    disturbance d;
    d.what = disturbance::kind::replace;
    d.instead = fake::json(200, R"({"clusterMetrics":{"activeNodes":-1}})");
    return d;
  });
  CHECK(rm.active_nodes(in_time).error().code == status_code::unavailable);
}

namespace {

std::string submission(const std::string& id, const std::string& more = {}) {
  return R"({"application-id":")" + id +
         R"(","application-name":"job","queue":"default","application-tags":{"tag":["dm-A","b"]})" +
         more + "}";
}

}  // namespace

TEST_CASE("an application's id is asked of the active one, with the largest container") {
  pair p;
  p.fail_over();
  const auto given = p.rm.ask_for_application(in_time);
  if (!given) FAIL(given.error().text());
  CHECK(is_application_id(given->id));
  CHECK(given->maximum_memory_mb == 6144);
  CHECK(given->maximum_cores == 64);
  const auto next = p.rm.ask_for_application(in_time);
  REQUIRE(next);
  CHECK(next->id != given->id);
  CHECK(p.cluster->applications().empty());
  CHECK(p.second.server().requests().back().argument("user.name") == "pnda");
}

TEST_CASE("an application is submitted with its id, as the user; sent again it stays one") {
  pair p;
  const std::string id = p.rm.ask_for_application(in_time)->id;
  CHECK(p.rm.submit(in_time, submission(id)));
  CHECK(p.rm.submit(in_time, submission(id)));
  p.fail_over();
  CHECK(p.rm.submit(in_time, submission(id)));
  const auto all = p.cluster->applications();
  REQUIRE(all.size() == 1);
  CHECK(all.front().id == id);
  CHECK(all.front().user == "pnda");
  CHECK(all.front().tags == std::vector<std::string>{"b", "dm-a"});
  const auto asked = p.second.server().requests().back();
  CHECK(asked.method == "POST");
  CHECK(asked.header("content-type") == "application/json");
}

TEST_CASE("a ResourceManager that has restarted takes an id of the one before") {
  fake::resource_manager one;
  dm::io::http_client http;
  resource_manager rm(http, {one.address()}, "pnda");
  const std::string id = rm.ask_for_application(in_time)->id;
  one.restart();
  one.cluster().set_cluster_timestamp(1'795'999'999'999);
  CHECK(rm.submit(in_time, submission(id)));
  CHECK(one.cluster().find(id));
}

TEST_CASE("what YARN refuses of a submission is a definite no") {
  pair p;
  const std::string id = p.rm.ask_for_application(in_time)->id;
  const auto refused =
      p.rm.submit(in_time, submission(id, R"(,"resource":{"memory":999999,"vCores":1})"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == status_code::invalid_argument);
  CHECK(refused.error().message.find("Requested more memory") != std::string::npos);
  CHECK(p.rm.submit(in_time, submission("nonsense")).error().code == status_code::invalid_argument);
  CHECK(p.cluster->applications().empty());
}

TEST_CASE("a cluster that takes no submissions by REST says so in plain words, and is believed") {
  pair p;
  p.first.set_takes_submissions(false);
  const auto asked = p.rm.ask_for_application(in_time);
  REQUIRE_FALSE(asked);
  CHECK(asked.error().code == status_code::permission_denied);
  CHECK(asked.error().message.find("App submission via REST is disabled.") != std::string::npos);
  CHECK(p.rm.submit(in_time, submission("application_1_0001")).error().code ==
        status_code::permission_denied);
}

TEST_CASE("an answer to a submission that is none proves nothing (INV-4)") {
  fake::resource_manager one;
  dm::io::http_client http;
  resource_manager rm(http, {one.address()}, "pnda");
  disturbance d;
  d.what = disturbance::kind::replace;
  const auto asked = [&](fake::response instead) {
    d.instead = std::move(instead);
    one.server().disturb_next(d, 2);
    CHECK(rm.ask_for_application(in_time).error().code == status_code::unavailable);
    return rm.submit(in_time, submission("application_1_0001"));
  };
  CHECK(asked(fake::text(403, "Forbidden")).error().code == status_code::unavailable);
  CHECK(asked(fake::text(404, "<html>", "text/html")).error().code == status_code::unavailable);
  CHECK(asked(fake::json(500, "{}")).error().code == status_code::unavailable);
  CHECK(asked(fake::text(502, "Bad Gateway")).error().code == status_code::unavailable);
  CHECK(asked(fake::json(200, "{}")).error().code == status_code::unavailable);
  CHECK(asked(fake::json(200, R"({"application-id":"x"})")).error().code ==
        status_code::unavailable);
}

TEST_CASE("a submission whose answer is lost is sent again, to the other one if need be") {
  for (const bool taken : {false, true}) {
    CAPTURE(taken);
    pair p;
    const std::string id = p.rm.ask_for_application(in_time)->id;
    disturbance d;
    d.what = disturbance::kind::close;
    d.carried_out = taken;
    p.first.server().disturb_next(d);
    auto sent = p.rm.submit(in_time, submission(id));
    if (!sent) {
      CHECK(sent.error().code == status_code::unavailable);
      sent = p.rm.submit(in_time, submission(id));
    }
    CHECK(sent);
    CHECK(p.cluster->applications().size() == 1);
  }
}

TEST_CASE("a standby's redirect of a submission is not followed") {
  pair p;
  fake::resource_manager stranger;
  p.know_the_active();
  p.first.set_standby(stranger.address());
  p.second.set_active();
  CHECK(p.rm.submit(in_time, submission("application_1_0001")));
  CHECK(stranger.server().request_count() == 0);
  CHECK(p.cluster->applications().size() == 1);
  p.second.set_standby("");
  CHECK(p.rm.submit(no_time_for_a_failover, submission("application_1_0002")).error().code ==
        status_code::unavailable);
}
