// /applications/<application>/savepoints, by HTTP: what is refused, and the way to a resume.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"

#include <catch2/catch.hpp>

using manager_test::eventually;
using manager_test::manager_fixture;
using manager_test::write_simple_package;

namespace {

const std::string base = "/applications/one/savepoints";

void prepare(manager_fixture& dm) {
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
}

void take(manager_fixture& dm, const std::string& id) {
  REQUIRE(
      dm.request("POST", base + "?user.name=daemon", R"({"operation":")" + id + R"("})").status ==
      202);
  dm.wait_for(base + "/" + id, "state", "COMPLETED");
}

manager_test::answer resume(manager_fixture& dm, const std::string& id,
                            const std::string& body = "") {
  return dm.request("POST", base + "/" + id + "/resume?user.name=daemon", body);
}

}  // namespace

TEST_CASE("wrong bodies and queries are refused with all that is wrong") {
  manager_fixture dm;
  prepare(dm);
  const auto triggered = dm.request(
      "POST", base + "?user.name=daemon",
      R"({"operation":"-x","format":"fast","directory":"relative","component":"a b","typo":1})");
  CHECK(triggered.status == 400);
  CHECK(triggered.json["details"].Size() == 5);
  const auto listed = dm.get(base + "?limit=0&state=NICE&kind=x&verify=maybe&component=-");
  CHECK(listed.status == 400);
  CHECK(listed.json["details"].Size() == 5);
  CHECK(dm.get(base + "/x?verify=maybe").status == 400);
  CHECK(dm.request("DELETE", base + "/x?user.name=daemon&force=1").status == 400);
  CHECK(resume(dm, "x", R"({"claim_mode":"steal","foreign":1,"operation":"o"})")
            .json["details"]
            .Size() == 3);
  const auto pinned = dm.request("POST", base + "/x/pin?user.name=daemon",
                                 R"({"pinned":"yes","reason":"two\nlines"})");
  CHECK(pinned.json["details"].Size() == 2);
  CHECK(dm.request("POST", base + "?user.name=daemon", "[]").status == 400);
  CHECK(dm.calls("trigger").empty());
}

TEST_CASE("writes need an account, and one that may") {
  manager_fixture dm;
  prepare(dm);
  take(dm, "nightly");
  for (const auto& [method, path, action] :
       std::vector<std::array<std::string, 3>>{{"POST", base, "trigger"},
                                               {"DELETE", base + "/nightly", "dispose"},
                                               {"POST", base + "/nightly/resume", "resume"},
                                               {"POST", base + "/nightly/pin", "pin"}}) {
    INFO(action);
    CHECK(dm.request(method, path).status == 400);
    const auto refused = dm.request(method, path + "?user.name=nobody");
    CHECK(refused.status == 403);
    CHECK(refused.text("information").find("\"deployment_manager:application:" + action + "\"") !=
          std::string::npos);
  }
  CHECK(dm.get(base + "?user.name=no-such-account").status == 403);
  CHECK(dm.get(base + "?user.name=nobody").status == 200);
  CHECK(dm.get(base + "/nightly").status == 200);
}

TEST_CASE("unknown applications, components and savepoints are 404") {
  manager_fixture dm;
  prepare(dm);
  const std::string user = "?user.name=daemon";
  for (const auto& [method, path] :
       std::vector<std::pair<std::string, std::string>>{{"GET", ""},
                                                        {"POST", user},
                                                        {"GET", "/x"},
                                                        {"DELETE", "/x" + user},
                                                        {"POST", "/x/resume" + user},
                                                        {"POST", "/x/pin" + user}}) {
    INFO(method << " " << path);
    const auto refused = dm.request(method, "/applications/two/savepoints" + path);
    CHECK(refused.status == 404);
    CHECK(refused.text("status") == "NOTCREATED");
    if (path.starts_with("/x")) {
      const auto unknown = dm.request(method, base + path);
      CHECK(unknown.status == 404);
      CHECK(unknown.text("information").find("has no savepoint or retained checkpoint x") !=
            std::string::npos);
    }
  }
  CHECK(dm.get(base + "?component=other").status == 404);
  CHECK(dm.calls("dispose").empty());
  CHECK(dm.calls("resume").empty());
}

TEST_CASE("a resume goes through STARTING to STARTED") {
  manager_fixture dm;
  prepare(dm);
  take(dm, "nightly");
  dm.script("resume", R"({"delay_ms":300,"once":true})");
  REQUIRE(
      resume(dm, "nightly", R"({"claim_mode":"claim","allow_non_restored_state":true})").status ==
      202);
  CHECK(dm.get("/applications/one/status").text("status") == "STARTING");
  CHECK(resume(dm, "nightly").status == 409);
  dm.wait_for_state("one", "STARTED");
  const auto request = std::move(dm.calls("resume").front());
  CHECK(request["request"]["savepoint"] == "nightly");
  CHECK(request["request"]["component"] == "main");
  CHECK(request["request"]["claim_mode"] == "claim");
  CHECK(request["request"]["allow_non_restored_state"].GetBool());
  CHECK_FALSE(request["request"].HasMember("type"));
}

TEST_CASE("the newest one, or a path, is resumed from without a look at the list") {
  manager_fixture dm;
  prepare(dm);
  REQUIRE(resume(dm, "latest").status == 202);
  dm.wait_for_state("one", "STARTED");
  REQUIRE(resume(dm, "%2Fbackup%2Fsavepoint-1", R"({"foreign":true})").status == 202);
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.calls("resume")[1]["request"]["savepoint"] == "/backup/savepoint-1");
  CHECK(dm.calls("list").empty());
}

TEST_CASE("what has ended for good is refused at once, and nothing is stopped for it") {
  manager_fixture dm;
  prepare(dm);
  for (const std::string state : {"DISPOSED", "DISPOSING", "FAILED", "CLAIMED"}) {
    dm.script("list", R"({"reply":{"schema":1,"components":[{"points":[{"id":"gone","kind":)"
                      R"("savepoint","pinned":false,"reason":"why it is so","state":")" +
                          state + R"("}],"total":1,"more":false}]}})");
    const auto refused = resume(dm, "gone");
    INFO(refused.body);
    CHECK(refused.status == 409);
    CHECK(refused.text("information").find("it is " + state + ", why it is so") !=
          std::string::npos);
  }
  CHECK(dm.calls("resume").empty());
  CHECK(dm.get("/applications/one/status").text("status") == "STARTED");
}

TEST_CASE("a resume that fails says what is left") {
  manager_fixture dm;
  prepare(dm);
  take(dm, "nightly");
  const std::string refusal = R"("error":{"code":"FAILED_PRECONDITION","message":"it is damaged"})";
  const std::string observed = R"({"application":"one","component":"main","state":)";
  std::string reply;
  std::string status;
  std::string state;
  SECTION("nothing, when the job was stopped and could not be restored") {
    reply = R"({"schema":1,"desired":"STOPPED",)" + refusal + "}";
    status = observed + R"("FAILED","desired":"RUNNING"})";
    state = "CREATED";
  }
  SECTION("the old job, when the plugin says so") {
    reply = R"({"schema":1,"desired":"RUNNING",)" + refusal + "}";
    state = "STARTED";
  }
  SECTION("the old job, when its status says so") {
    reply = R"({"schema":1,"desired":"STOPPED",)" + refusal + "}";
    status = observed + R"("RUNNING","desired":"RUNNING"})";
    state = "STARTED";
  }
  dm.script("resume", R"({"status":9,"reply":)" + reply + "}");
  if (!status.empty()) dm.script("component-main", status);
  REQUIRE(resume(dm, "nightly").status == 202);
  const auto seen = dm.wait_for_state("one", state);
  CHECK(seen.text("information").starts_with("Error resuming one"));
  CHECK(seen.text("information").find("it is damaged") != std::string::npos);
}

TEST_CASE("a resume under way when the process is killed is carried on") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start_program();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  take(dm, "nightly");
  dm.script("resume", R"({"delay_ms":60000})");
  REQUIRE(resume(dm, "nightly").status == 202);
  eventually([&] { return dm.calls("resume").size() == 1; });
  dm.kill_program();
  dm.unscript("resume");
  dm.start_program();
  dm.wait_for_state("one", "STARTED");
  CHECK(dm.calls("resume").size() == 2);
}

TEST_CASE("a refusal to pin is a conflict") {
  manager_fixture dm;
  prepare(dm);
  take(dm, "nightly");
  dm.script("pin", R"({"status":9,"reply":{"schema":1,"error":{"code":"FAILED_PRECONDITION",
      "message":"it was disposed of","details":[]}}})");
  const auto refused = dm.request("POST", base + "/nightly/pin?user.name=daemon");
  CHECK(refused.status == 409);
  CHECK(refused.text("information").find("it was disposed of") != std::string::npos);
}
