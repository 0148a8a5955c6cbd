// An operation on the fleet while it is under way: what waits for what, who takes whose place, and
// what a kill in the middle changes: nothing.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_run.h"

#include "support/fleet_fixture.h"

#include <algorithm>

using namespace manager_test;
namespace json = manager::json;

namespace {

constexpr const char* comes_up =
    R"({"status":9,"reply":{"schema":1,"changed":false,"state":"STARTING","desired":"RUNNING",
        "savepoint":null,"error":{"code":"FAILED_PRECONDITION","reason_code":"TASKS_NOT_RUNNING",
        "message":"a savepoint needs every task running","details":[],"retry":false}}})";

}  // namespace

TEST_CASE("what has not come up yet is stopped as soon as it has, and the others meanwhile") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("component-of-a", seen_of_a("STARTING"));
  dm.script("stop-of-a", comes_up);
  const std::string id = begin(dm, "/fleet/stop", R"({"all":true,"parallel":1})");
  eventually([&] {
    const answer told = dm.get("/fleet/operations/" + id);
    return outcome(told, "a") == "WAITING" && outcome(told, "b") == "SAVED";
  });
  const answer waits = dm.get("/fleet/operations/" + id);
  INFO(waits.body);
  CHECK(of(waits, "a")["waits_for"] == "its start");
  CHECK(of(waits, "a").HasMember("waits_since"));
  CHECK(dm.calls("stop").size() == 2);
  // Nothing is done to it meanwhile, so its own operations are free to be asked for.
  CHECK(dm.get("/applications/a/status").text("status") == "STARTED");
  dm.unscript("stop-of-a");
  dm.script("component-of-a", seen_of_a("RUNNING"));
  const answer told = ended(dm, id);
  CHECK(told.text("summary") == "2 saved");
  CHECK_FALSE(of(told, "a").HasMember("waits_since"));
}

TEST_CASE("one that does not come up in the time that there is runs on, and that is said") {
  const bool waited_out = GENERATE(true, false);
  manager_fixture dm;
  prepare(dm, {"a"});
  dm.start();
  set_up(dm, {"a"});
  dm.script("component-of-a", seen_of_a("RESTARTING"));
  dm.script("stop-of-a", comes_up);
  const std::string id = begin(
      dm, "/fleet/stop", fmt::format(R"({{"all":true,"patience_s":{}}})", waited_out ? 1 : 3600));
  if (!waited_out) {
    eventually([&] { return outcome(dm.get("/fleet/operations/" + id), "a") == "WAITING"; });
    REQUIRE(dm.request("DELETE", "/fleet/operations/" + id + "?user.name=daemon").status == 202);
    CHECK(outcome(ended(dm, id), "a") == "CANCELLED");
    return;
  }
  const answer told = ended(dm, id);
  INFO(told.body);
  CHECK(told.text("status") == "FAILED");
  CHECK(outcome(told, "a") == "NOT_SAVED");
  CHECK(of(told, "a")["reason_code"] == "TASKS_NOT_RUNNING");
  CHECK(of(told, "a")["after"]["state"] == "RESTARTING");
  CHECK(std::string(of(told, "a")["advice"].GetString()).find("\"if_not_saved\": \"cancel\"") !=
        std::string::npos);
  CHECK(dm.calls("stop").size() == 2);
}

TEST_CASE("another operation is waited for no longer than the request says") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("trigger-of-b", R"({"delay_ms":60000})");
  dm.script("destroy-of-b", R"({"delay_ms":60000})");
  REQUIRE(dm.request("DELETE", "/applications/b?user.name=daemon").status == 202);
  const answer told =
      ended(dm, done(dm, "/fleet/stop", R"({"application":["a","b"],"patience_s":1})"));
  INFO(told.body);
  CHECK(outcome(told, "a") == "SAVED");
  CHECK(outcome(told, "b") == "FAILED");
  CHECK(std::string(of(told, "b")["information"].GetString())
            .find("another operation of b has not ended in 1 s (destroy ") != std::string::npos);
  CHECK(dm.calls("stop").size() == 1);
}

TEST_CASE("what somebody starts while the fleet is being stopped is stopped, too") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a"});
  dm.deploy("b-1.0.0");
  dm.create("b", "b-1.0.0");
  dm.script("stop-of-a", R"({"delay_ms":2500})");
  const std::string id = begin(dm, "/fleet/stop", R"({"all":true})");
  CHECK(outcome(dm.get("/fleet/operations/" + id), "b") == "NOT_RUNNING");
  REQUIRE(post(dm, "/applications/b/start", "{}").status == 202);
  const answer told = ended(dm, id);
  INFO(told.body);
  CHECK(told.text("summary") == "2 saved");
  CHECK(dm.get("/applications/b/status").text("status") == "CREATED");
}

TEST_CASE("no more than asked for go on at a time") {
  manager_fixture dm;
  const std::vector<std::string> names = {"a", "b", "c", "d", "e"};
  prepare(dm, names);
  dm.start();
  set_up(dm, names);
  dm.script("stop", R"({"delay_ms":300})");
  const std::string id = begin(dm, "/fleet/stop", R"({"all":true,"parallel":2})");
  std::int64_t most = 0;
  eventually([&] {
    const answer told = dm.get("/fleet/operations/" + id);
    const json::value* now = json::find(told.json["counts"], "STOPPING");
    if (now != nullptr) most = std::max(most, now->GetInt64());
    return told.json.HasMember("ended_at");
  });
  CHECK(most == 2);
  CHECK(ended(dm, id).json["counts"]["SAVED"].GetInt() == 5);
}

TEST_CASE("a cancel lets what is under way end and begins nothing more") {
  manager_fixture dm;
  prepare(dm, {"a", "b", "c"});
  dm.start();
  set_up(dm, {"a", "b", "c"});
  dm.script("stop", R"({"delay_ms":500})");
  const std::string id = begin(dm, "/fleet/stop", R"({"all":true,"parallel":1})");
  eventually([&] { return !dm.calls("stop").empty(); });
  CHECK(dm.request("DELETE", "/fleet/operations/" + id + "?user.name=nobody").status == 403);
  CHECK(dm.request("DELETE", "/fleet/operations/" + id + "?user.name=daemon").status == 202);
  const answer told = ended(dm, id);
  CHECK(told.text("status") == "CANCELLED");
  CHECK(told.text("cancelled_by") == "daemon");
  CHECK(outcome(told, "a") == "SAVED");
  CHECK(outcome(told, "b") == "CANCELLED");
  CHECK(outcome(told, "c") == "CANCELLED");
  CHECK(dm.calls("stop").size() == 1);
  CHECK(dm.request("DELETE", "/fleet/operations/" + id + "?user.name=daemon").status == 409);
}

TEST_CASE("what is being started is stopped, and what has another operation is waited for") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"b"});
  dm.deploy("a-1.0.0");
  dm.create("a", "a-1.0.0");
  dm.script("start-of-a", R"({"delay_ms":60000,"once":true})");
  REQUIRE(post(dm, "/applications/a/start", "{}").status == 202);
  eventually([&] { return dm.calls("start").size() == 2; });
  dm.script("destroy-of-b", R"({"delay_ms":700,"once":true})");
  REQUIRE(dm.request("DELETE", "/applications/b?user.name=daemon").status == 202);
  const std::string id = begin(dm, "/fleet/stop", R"({"all":true})");
  eventually([&] {
    const answer told = dm.get("/fleet/operations/" + id);
    return of(told, "b").HasMember("waits_for");
  });
  const answer told = ended(dm, id);
  INFO(told.body);
  CHECK(outcome(told, "b") == "GONE");
  // Its start came to nothing, so there was nothing to stop.
  CHECK(outcome(told, "a") == "NOT_RUNNING");
  dm.wait_for_state("a", "CREATED");
}

TEST_CASE("an operation that another one takes the place of tells nothing, and that is said") {
  manager_fixture dm;
  prepare(dm, {"a"});
  dm.start();
  set_up(dm, {"a"});
  dm.script("stop-of-a", R"({"delay_ms":60000,"once":true})");
  const std::string id = begin(dm, "/fleet/stop", R"({"all":true})");
  eventually([&] { return !dm.calls("stop").empty(); });
  REQUIRE(post(dm, "/applications/a/stop", R"({"kill":true})").status == 202);
  const answer told = ended(dm, id);
  INFO(told.body);
  CHECK(told.text("status") == "FAILED");
  CHECK_FALSE(of(told, "a").HasMember("savepoint"));
  dm.wait_for_state("a", "CREATED");
}

TEST_CASE("a component that does not come up holds back the others of its queue") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  dm.script("resume-of-a", R"({"delay_ms":3000})");
  const std::string id = begin(dm, "/fleet/start",
                               fmt::format(R"({{"from":"{}","parallel":1,"patience_s":1}})", stop));
  eventually([&] { return dm.calls("resume").size() == 1; });
  dm.script("component-of-a", seen_of_a("STARTING"));
  eventually([&] {
    const answer told = dm.get("/fleet/operations/" + id);
    const json::value* why = json::find(of(told, "b"), "waits_for");
    return why != nullptr && std::string(why->GetString()).find("a/of-a") != std::string::npos;
  });
  CHECK(dm.calls("resume").size() == 1);
  const answer told = ended(dm, id);
  CHECK(told.json["counts"]["STARTED"].GetInt() == 2);
  CHECK_FALSE(of(told, "b").HasMember("waits_for"));
}

TEST_CASE("so does one that is awaited when the time of its start is up, until it runs") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  dm.script("resume-of-a", comes_later);
  const std::string id =
      begin(dm, "/fleet/start", fmt::format(R"({{"from":"{}","parallel":1}})", stop));
  eventually([&] { return dm.calls("resume").size() == 1; });
  dm.script("component-of-a", seen_of_a("STARTING"));
  eventually([&] {
    const answer told = dm.get("/fleet/operations/" + id);
    return outcome(told, "a") == "AWAITED" && of(told, "b").HasMember("waits_for");
  });
  CHECK(dm.calls("resume").size() == 1);
  dm.script("component-of-a", seen_of_a("RUNNING"));
  const answer told = ended(dm, id);
  CHECK(told.json["counts"]["STARTED"].GetInt() == 2);
  CHECK(told.text("status") == "SUCCEEDED");
}

TEST_CASE("one that fails for reasons of its own holds nobody back") {
  const char* state = GENERATE("RESTARTING", "BACKOFF", "STOPPED");
  const bool in_time = GENERATE(true, false);
  INFO(state << (in_time ? ", while its start lasts" : ", when its start is over"));
  manager_fixture dm;
  prepare(dm, {"a", "b", "c"});
  dm.start();
  set_up(dm, {"a", "b", "c"});
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  dm.script("resume-of-a", in_time ? R"({"delay_ms":280000})" : comes_later);
  // Longer than the patience with a, so that it would be c that is held.
  if (in_time) dm.script("resume-of-b", R"({"delay_ms":2500})");
  const std::string id =
      begin(dm, "/fleet/start",
            fmt::format(R"({{"from":"{}","parallel":{},"patience_s":1,"order":["a","b"]}})", stop,
                        in_time ? 2 : 1));
  eventually([&] { return !dm.calls("resume").empty(); });
  dm.script("component-of-a", seen_of_a(state));
  eventually([&] {
    const answer told = dm.get("/fleet/operations/" + id);
    return outcome(told, "b") == "STARTED" && outcome(told, "c") == "STARTED";
  });
  const answer told = dm.get("/fleet/operations/" + id);
  CHECK(outcome(told, "a") == (in_time ? "STARTING" : "AWAITED"));
}

TEST_CASE("a fleet's stop goes on after kills in the middle, with an exact report") {
  const std::string when = GENERATE("kill_host", "kill_host_after");
  manager_fixture dm;
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  prepare(dm, names);
  dm.start_program();
  set_up(dm, names);
  dm.script("stop-of-c", cannot_be_saved);
  for (const char* name : {"stop-of-b", "stop-of-d"}) {
    dm.script(name, "{\"" + when + R"(":true,"once":true})");
  }
  dm.request_that_kills("POST", "/fleet/stop?user.name=daemon",
                        fmt::format(R"({{"all":true,"parallel":1,"id":"{}"}})", first_id));
  dm.outlive(2);
  const answer told = ended(dm, first_id);
  INFO(told.body);
  CHECK(told.text("summary") == "3 saved, 1 not saved and running on");
  CHECK(outcome(told, "c") == "NOT_SAVED");
  for (const char* name : {"a", "b", "d"}) {
    CHECK(outcome(told, name) == "SAVED");
    CHECK(of(told, name)["savepoint"]["path"].GetString() == only_savepoint(dm, name));
    // As it was before it was begun, not when it was taken up again.
    CHECK(of(told, name)["before"]["state"] == "RUNNING");
  }
  const auto stops = [&](const std::string& name) {
    std::vector<std::string> ids;
    for (const auto& call : dm.calls("stop")) {
      if (call["request"]["application"] == name)
        ids.emplace_back(call["correlation_id"].GetString());
    }
    return ids;
  };
  CHECK(stops("a").size() == 1);
  CHECK(stops("c").size() == 1);
  REQUIRE(stops("b").size() == 2);
  CHECK(stops("b")[0] == stops("b")[1]);

  dm.unscript("stop-of-c");
  for (const char* name : {"resume-of-a", "resume-of-d"}) {
    dm.script(name, "{\"" + when + R"(":true,"once":true})");
  }
  dm.request_that_kills(
      "POST", "/fleet/start?user.name=daemon",
      fmt::format(R"({{"from":"{}","parallel":1,"id":"{}"}})", first_id, second_id));
  dm.outlive(2);
  const answer started = ended(dm, second_id);
  INFO(started.body);
  CHECK(started.text("summary") == "3 started");
  for (const char* name : {"a", "b", "d"}) {
    CHECK(of(started, name)["started_from"] == of(told, name)["savepoint"]["path"]);
    CHECK(of(started, name)["exact"].GetBool());
  }
  CHECK(dm.calls("resume").size() == 5);
  CHECK(dm.terminate_program() == 0);
}

TEST_CASE("an orderly shutdown leaves it to the next process") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("stop-of-a", R"({"delay_ms":60000,"once":true})");
  const std::string id = begin(dm, "/fleet/stop", R"({"all":true,"parallel":1})");
  eventually([&] { return !dm.calls("stop").empty(); });
  dm.stop();
  dm.start();
  CHECK(ended(dm, id).text("summary") == "2 saved");
}
