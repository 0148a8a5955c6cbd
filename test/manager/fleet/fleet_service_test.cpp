// Many components stopped with savepoints, and started again from exactly these: who is chosen, and
// what is told.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_service.h"

#include "support/fleet_fixture.h"

using namespace manager_test;
namespace json = manager::json;

TEST_CASE("a fleet is stopped with savepoints and started from exactly these") {
  manager_fixture dm;
  prepare(dm, {"a", "b", "c"});
  dm.start();
  set_up(dm, {"a", "b", "c"});
  dm.script("component-of-a",
            R"({"application":"a","component":"of-a","state":"RUNNING","summary":"RUNNING",
                "desired":"RUNNING","confidence":"confirmed","queue":"root.x",
                "observed_at":"2024-01-01T00:00:00.000Z","reason":"","job_name":"",
                "tracking_url":"","history_url":"","application_id":"application_1_0007",
                "incarnations":[{"epoch":4,"restore_point":"hdfs:///state/early"}]})");
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  const answer stopped = ended(dm, stop);
  INFO(stopped.body);
  CHECK(stopped.text("status") == "SUCCEEDED");
  CHECK(stopped.text("summary") == "3 saved");
  CHECK(stopped.json["counts"]["SAVED"].GetInt() == 3);
  for (const char* name : {"a", "b", "c"}) {
    const auto& one = of(stopped, name);
    CHECK(one["outcome"] == "SAVED");
    CHECK(one["savepoint"]["path"].GetString() == only_savepoint(dm, name));
    CHECK(one["point"]["id"] == one["savepoint"]["id"]);
    CHECK(one["after"]["state"] == "STOPPED");
    CHECK(dm.get("/operations/" + std::string(one["operation"].GetString())).text("verb") ==
          "stop");
    CHECK(dm.get(std::string("/applications/") + name + "/status").text("status") == "CREATED");
  }
  const auto& was = of(stopped, "a")["before"];
  CHECK(was["state"] == "RUNNING");
  CHECK(was["application_id"] == "application_1_0007");
  CHECK(was["epoch"].GetInt() == 4);
  CHECK(was["restore_point"] == "hdfs:///state/early");
  CHECK_FALSE(of(stopped, "b")["before"].HasMember("epoch"));
  dm.unscript("component-of-a");
  dm.script("component-of-a",
            R"({"application":"a","component":"of-a","state":"STOPPED","summary":"STOPPED",
                "desired":"STOPPED","confidence":"confirmed",
                "observed_at":"2024-01-01T00:00:00.000Z","reason":"","job_name":"",
                "tracking_url":"","history_url":"","incarnations":[{"epoch":4}]})");

  const std::string start = done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop));
  const answer started = ended(dm, start);
  INFO(started.body);
  CHECK(started.text("status") == "SUCCEEDED");
  CHECK(started.text("from") == stop);
  for (const char* name : {"a", "b", "c"}) {
    const auto& one = of(started, name);
    CHECK(one["outcome"] == "STARTED");
    CHECK(one["started_from"] == of(stopped, name)["savepoint"]["path"]);
    CHECK(one["exact"].GetBool());
    CHECK(dm.get(std::string("/applications/") + name + "/status").text("status") == "STARTED");
  }
  for (const auto& call : dm.calls("resume")) {
    const std::string name = call["request"]["application"].GetString();
    CHECK(call["request"]["savepoint"] == of(stopped, name)["savepoint"]["id"]);
  }
  CHECK(dm.calls("resume").size() == 3);
  CHECK(dm.calls("start").size() == 3);  // those of the beginning

  // Once more: nothing is started twice.
  const answer again = ended(dm, done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop)));
  CHECK(again.json["counts"]["LEFT_ALONE"].GetInt() == 3);
  CHECK(again.text("status") == "FAILED");
  CHECK(dm.calls("resume").size() == 3);
}

TEST_CASE("what cannot be saved runs on, and the report says why in the plugin's words") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("stop-of-b", cannot_be_saved);
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  const answer told = ended(dm, stop);
  CHECK(told.text("status") == "FAILED");
  CHECK(told.text("summary") == "1 saved, 1 not saved and running on");
  const auto& left = of(told, "b");
  CHECK(left["outcome"] == "NOT_SAVED");
  CHECK(left["code"] == "FAILED_PRECONDITION");
  CHECK(std::string(left["information"].GetString()).find("no room for it") != std::string::npos);
  CHECK(left["after"]["state"] == "RUNNING");
  CHECK(dm.get("/applications/b/status").text("status") == "STARTED");
  // A start starts what was stopped, and nothing else.
  const answer started =
      ended(dm, done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop)));
  CHECK(started.json["components"].Size() == 1);
  CHECK(outcome(started, "a") == "STARTED");
}

TEST_CASE("what must not run on is stopped without a savepoint, if the request says so") {
  const std::string how = GENERATE("cancel", "kill");
  manager_fixture dm;
  prepare(dm, {"a"});
  dm.start();
  set_up(dm, {"a"});
  std::string once = cannot_be_saved;
  once.insert(1, R"("once":true,)");
  dm.script("stop-of-a", once);
  const std::string stop =
      done(dm, "/fleet/stop", fmt::format(R"({{"application":"a","if_not_saved":"{}"}})", how));
  const answer told = ended(dm, stop);
  INFO(told.body);
  const auto& one = of(told, "a");
  CHECK(one["outcome"] == "STOPPED");
  CHECK(one["not_saved"]["code"] == "FAILED_PRECONDITION");
  CHECK(one["point"].IsNull());
  const auto calls = dm.calls("stop");
  REQUIRE(calls.size() == 2);
  CHECK_FALSE(calls[0]["request"].HasMember("kill"));
  if (how == "kill") {
    CHECK(calls[1]["request"]["kill"].GetBool());
  } else {
    CHECK_FALSE(calls[1]["request"]["savepoint"].GetBool());
  }
  // There is no point, so the plugin chooses, and is not allowed to lose state.
  const answer started =
      ended(dm, done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop)));
  CHECK(outcome(started, "a") == "STARTED");
  CHECK_FALSE(dm.calls("start").back()["request"].HasMember("accept_state_loss"));
}

TEST_CASE(
    "a component that was stopped without a savepoint goes on from what a start would choose") {
  manager_fixture dm;
  prepare(dm, {"a"});
  dm.start();
  set_up(dm, {"a"});
  dm.script("plan", R"({"reply":{"schema":1,"possible":true,"obstacles":[],"steps":[],
      "restore_point":{"id":"checkpoint-2-6","kind":"checkpoint","path":"hdfs:///c/chk-6",
      "epoch":2},"why":"the newest of epoch 2","changes":[],"not_restorable":[],"not_known":[],
      "warnings":[]}})");
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true,"savepoint":false})");
  const answer told = ended(dm, stop);
  CHECK(outcome(told, "a") == "STOPPED");
  CHECK(of(told, "a")["point"]["id"] == "checkpoint-2-6");
  CHECK(of(told, "a")["point_choice"]["reason"] == "the newest of epoch 2");
  dm.script("resume", R"({"reply":{"schema":1,"changed":true,"state":"RUNNING",
      "desired":"RUNNING","information":"","restore_point":{"id":"other","path":"hdfs:///other",
      "why":""}}})");
  const answer started =
      ended(dm, done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop)));
  CHECK(dm.calls("resume").back()["request"]["savepoint"] == "checkpoint-2-6");
  // What the plugin says of it is told as it is.
  CHECK(of(started, "a")["started_from"] == "hdfs:///other");
  CHECK_FALSE(of(started, "a")["exact"].GetBool());
}

TEST_CASE("what could not be told is said as that") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("stop-of-a", R"({"status":4,"reply":{"schema":1,"changed":false,"desired":null,
      "savepoint":null,"error":{"code":"DEADLINE_EXCEEDED","message":"the time is up",
      "details":[],"retry":false}}})");
  dm.script("plan", R"({"status":13})");
  const std::string stop =
      done(dm, "/fleet/stop", R"({"application":["a","b"],"savepoint":false})");
  const answer told = ended(dm, stop);
  INFO(told.body);
  CHECK(outcome(told, "a") == "UNTOLD");
  CHECK(of(told, "a")["code"] == "DEADLINE_EXCEEDED");
  CHECK(outcome(told, "b") == "STOPPED");
  CHECK_FALSE(of(told, "b").HasMember("point"));
  CHECK(of(told, "b").HasMember("point_untold"));
  // From where is not known, so it is not started.
  const answer started =
      ended(dm, done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop)));
  CHECK(outcome(started, "b") == "FAILED");
  CHECK(dm.calls("resume").empty());
  CHECK(dm.calls("start").size() == 2);
}

TEST_CASE("what somebody has started, changed or destroyed meanwhile is left alone") {
  manager_fixture dm;
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  prepare(dm, names);
  dm.start();
  set_up(dm, names);
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  REQUIRE(post(dm, "/applications/a/start", "{}").status == 202);
  dm.wait_for_state("a", "STARTED");
  REQUIRE(dm.request("DELETE", "/applications/b?user.name=daemon").status == 202);
  dm.wait_for_state("b", "NOTCREATED");
  // Made anew, and so another one.
  dm.script("create-of-c", R"({"reply":{"schema":1,"changed":true,"data":{"made":"anew"}}})");
  REQUIRE(dm.request("DELETE", "/applications/c?user.name=daemon").status == 202);
  dm.wait_for_state("c", "NOTCREATED");
  dm.create("c", "c-1.0.0");
  // Ran in between, though it looks as before.
  REQUIRE(dm.request("DELETE", "/applications/d?user.name=daemon").status == 202);
  dm.wait_for_state("d", "NOTCREATED");
  REQUIRE(dm.request("PUT", "/applications/d?user.name=" + std::string(manager_test::other_user),
                     R"({"package":"d-1.0.0"})")
              .status == 202);
  dm.wait_for_state("d", "CREATED");
  const answer told = ended(dm, done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop)));
  INFO(told.body);
  CHECK(outcome(told, "a") == "LEFT_ALONE");
  CHECK(outcome(told, "b") == "GONE");
  CHECK(outcome(told, "c") == "LEFT_ALONE");
  CHECK(outcome(told, "d") == "LEFT_ALONE");
  CHECK(dm.calls("resume").empty());
}

TEST_CASE("a component that has run since is left alone, by its epoch") {
  manager_fixture dm;
  prepare(dm, {"a"});
  dm.start();
  set_up(dm, {"a"});
  const auto status = [](int epoch, const char* state, const char* desired) {
    return fmt::format(
        R"({{"application":"a","component":"of-a","state":"{}","summary":"","desired":"{}",
             "confidence":"confirmed","observed_at":"2024-01-01T00:00:00.000Z","reason":"",
             "job_name":"","tracking_url":"","history_url":"","incarnations":[{{"epoch":{}}}]}})",
        state, desired, epoch);
  };
  dm.script("component-of-a", status(4, "RUNNING", "RUNNING"));
  const std::string stop = done(dm, "/fleet/stop", R"({"all":true})");
  dm.script("component-of-a", status(6, "STOPPED", "STOPPED"));
  const answer told = ended(dm, done(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", stop)));
  CHECK(outcome(told, "a") == "LEFT_ALONE");
  CHECK(std::string(of(told, "a")["information"].GetString()).find("epoch 4 then, 6 now") !=
        std::string::npos);
  CHECK(dm.calls("resume").empty());
}

TEST_CASE("components are chosen by patterns, and go in the order of the request") {
  manager_fixture dm;
  const std::vector<std::string> names = {"a", "b", "c", "d"};
  prepare(dm, names);
  dm.start();
  set_up(dm, names);
  REQUIRE(post(dm, "/applications/b/stop", "{}").status == 202);
  dm.wait_for_state("b", "CREATED");
  const std::size_t before = dm.calls("stop").size();
  const answer plan =
      post(dm, "/fleet/stop", R"({"component":"of-[a","type":"fake","dry_run":true})");
  CHECK(plan.status == 404);
  const std::string body =
      R"({"application":["a","b","c"],"order":["c","*"],"parallel":1,"dry_run":true})";
  const answer dry = post(dm, "/fleet/stop", body);
  REQUIRE(dry.status == 200);
  CHECK(dry.text("status") == "DRY_RUN");
  CHECK(dry.json["counts"]["WAITING"].GetInt() == 2);
  CHECK(outcome(dry, "b") == "NOT_RUNNING");
  CHECK(dry.json["components"][0]["application"] == "c");
  CHECK(dm.calls("stop").size() == before);
  done(dm, "/fleet/stop", R"({"application":["a","b","c"],"order":["c","*"],"parallel":1})");
  const auto calls = dm.calls("stop");
  REQUIRE(calls.size() == before + 2);
  CHECK(calls[before]["request"]["application"] == "c");
  CHECK(calls[before + 1]["request"]["application"] == "a");
  CHECK(dm.get("/applications/d/status").text("status") == "STARTED");
}

TEST_CASE("who may not stop a component does not do so by the fleet") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.configure("access", R"({"administrators":["daemon"]})");
  dm.start();
  set_up(dm, {"a"});
  dm.deploy("b-1.0.0");
  REQUIRE(
      dm.request("PUT", "/applications/b?user.name=nobody", R"({"package":"b-1.0.0"})").status ==
      202);
  dm.wait_for_state("b", "CREATED");
  REQUIRE(dm.request("POST", "/applications/b/start?user.name=nobody").status == 202);
  dm.wait_for_state("b", "STARTED");

  CHECK(post(dm, "/fleet/stop", R"({"application":"a"})", "nobody").status == 403);
  const answer begun = post(dm, "/fleet/stop", R"({"all":true})", "nobody");
  REQUIRE(begun.status == 202);
  const answer told = ended(dm, begun.text("id"));
  CHECK(outcome(told, "a") == "FORBIDDEN");
  CHECK(outcome(told, "b") == "SAVED");
  CHECK(told.text("status") == "FAILED");
  CHECK(dm.get("/applications/a/status").text("status") == "STARTED");
  // Nor start what others have stopped.
  const std::string all = done(dm, "/fleet/stop", R"({"application":"a"})");
  const std::string from = fmt::format(R"({{"from":"{}"}})", all);
  CHECK(post(dm, "/fleet/start", from, "nobody").status == 403);
  CHECK(post(dm, "/fleet/start", from).status == 202);
}

TEST_CASE("the same request begins nothing new") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  dm.script("stop", R"({"delay_ms":400})");
  const std::string named = fmt::format(R"({{"all":true,"id":"{}"}})", first_id);
  CHECK(begin(dm, "/fleet/stop", named) == first_id);
  CHECK(begin(dm, "/fleet/stop", named) == first_id);
  CHECK(begin(dm, "/fleet/stop", R"({"all":true})") == first_id);
  CHECK(begin(dm, "/fleet/stop", R"({"parallel":4, "all": true})") == first_id);
  const answer other = post(dm, "/fleet/stop", R"({"application":"a"})");
  CHECK(other.status == 409);
  CHECK(other.text("information").find(first_id) != std::string::npos);
  CHECK(post(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", first_id)).status == 409);
  ended(dm, first_id);
  CHECK(begin(dm, "/fleet/stop", named) == first_id);
  CHECK(dm.calls("stop").size() == 2);
  CHECK(
      post(dm, "/fleet/stop", fmt::format(R"({{"application":"a","id":"{}"}})", first_id)).status ==
      409);
  // Another one finds nothing that runs.
  const answer again =
      ended(dm, done(dm, "/fleet/stop", fmt::format(R"({{"all":true,"id":"{}"}})", second_id)));
  CHECK(again.text("status") == "SUCCEEDED");
  CHECK(again.text("summary") == "2 not running");
  CHECK(post(dm, "/fleet/start", fmt::format(R"({{"from":"{}"}})", second_id)).status == 409);
  CHECK(post(dm, "/fleet/start", fmt::format(R"({{"from":"{:032}"}})", 7)).status == 404);
}

TEST_CASE("an id that another operation has begins nothing, whatever that one is of") {
  manager_fixture dm;
  prepare(dm, {"a", "b"});
  dm.start();
  set_up(dm, {"a", "b"});
  const std::string stop = done(dm, "/fleet/stop", R"({"application":"a"})");
  const answer ended_one = dm.get("/operations?kind=application&verb=start&limit=1");
  const std::string past = ended_one.json["operations"][0]["id"].GetString();
  dm.script("stop-of-b", R"({"delay_ms":60000})");
  REQUIRE(post(dm, "/applications/b/stop", "{}").status == 202);
  const answer live = dm.get("/operations?kind=application&verb=stop&object=b");
  const std::string under_way = live.json["operations"][0]["id"].GetString();
  const std::size_t asked = dm.calls("stop").size() + dm.calls("resume").size();
  for (const std::string& id : {past, under_way}) {
    for (const answer& told :
         {post(dm, "/fleet/stop", fmt::format(R"({{"all":true,"id":"{}"}})", id)),
          post(dm, "/fleet/start", fmt::format(R"({{"from":"{}","id":"{}"}})", stop, id))}) {
      INFO(told.body);
      CHECK(told.status == 409);
      CHECK(told.text("information").find("is the id of another operation already") !=
            std::string::npos);
      CHECK(told.body.find("UNIQUE") == std::string::npos);
      CHECK(told.body.find("INSERT") == std::string::npos);
    }
    CHECK(dm.get("/operations/" + id).text("kind") == "application");
    CHECK(dm.get("/fleet/operations/" + id).status == 404);
  }
  CHECK(dm.calls("stop").size() + dm.calls("resume").size() <= asked + 1);  // b's own
}
