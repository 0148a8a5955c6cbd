// /fleet: everything in one answer, and then what has changed.
// SPDX-License-Identifier: Apache-2.0
#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/raw_client.h"

#include <catch2/catch.hpp>

using namespace manager_test;

namespace {

std::string since(const answer& before) { return "/fleet?since=" + before.text("revision"); }

}  // namespace

TEST_CASE("all applications come in one answer, with what the page needs beside them") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "a-1.0.0");
  dm.configure("metrics_interval_ms", "20");
  dm.configure_environment("flink_history_server", "history:8082");
  dm.configure_environment("yarn_resource_manager_host", "rm");
  dm.configure_environment("yarn_resource_manager_port", "8088");
  dm.start();
  const answer none = dm.get("/fleet");
  REQUIRE(none.status == 200);
  CHECK(none.json["whole"].GetBool());
  CHECK(none.json["applications"].Empty());
  CHECK(none.json["links"]["history_server"] == "http://history:8082/");
  CHECK(none.json["links"]["yarn_application"] == "http://rm:8088/cluster/app/");
  dm.deploy("a-1.0.0");
  dm.create_and_start("app", "a-1.0.0");

  const answer all = dm.get("/fleet?user.name=daemon");
  REQUIRE(all.json["applications"].Size() == 1);
  const auto& one = all.json["applications"][0];
  CHECK(one["name"] == "app");
  CHECK(one["status"] == "STARTED");
  CHECK(one["user"] == "daemon");
  CHECK(one["components"][0]["state"] == "RUNNING");
  CHECK(one["components"][0]["kind"] == "streaming");
  CHECK(all.json["owners"][0] == "daemon");
  CHECK(all.json["types"]["fake"]["extensions"][0] == "dm.savepoint/1");
  CHECK(all.json["observed_at"].IsString());
  // Others may not touch it.
  CHECK(dm.get("/fleet?user.name=nobody").json["owners"].Empty());
  CHECK(dm.get("/fleet").json["owners"].Empty());

  REQUIRE(dm.request("POST", "/applications/app/savepoints?user.name=daemon").status == 202);
  eventually([&] {
    const answer now = dm.get("/fleet");
    return now.json["applications"][0]["components"][0].HasMember("savepoint_at");
  });
}

TEST_CASE("later answers hold what has changed, and what is gone") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "a-1.0.0");
  dm.configure("status_cache_ms", "0");
  dm.start();
  dm.deploy("a-1.0.0");
  dm.create("one", "a-1.0.0");
  dm.create("two", "a-1.0.0");
  const answer all = dm.get("/fleet?user.name=daemon");
  CHECK(all.json["applications"].Size() == 2);
  const answer same = dm.get(since(all));
  CHECK_FALSE(same.json["whole"].GetBool());
  CHECK(same.json["applications"].Empty());

  REQUIRE(dm.request("POST", "/applications/two/start?user.name=daemon").status == 202);
  dm.wait_for_state("two", "STARTED");
  const answer started = dm.get(since(same));
  REQUIRE(started.json["applications"].Size() == 1);
  CHECK(started.json["applications"][0]["name"] == "two");
  CHECK(started.json["applications"][0]["word"] == "RUNNING");

  // What a plugin only observes is no event; it is seen here.
  dm.script(
      "component-main",
      R"({"state":"FAILED","summary":"FAILED","confidence":"confirmed","reason":"given up"})");
  const answer failed = dm.get(since(started) + "&user.name=daemon");
  CHECK(failed.json["applications"].Size() == 2);
  CHECK(failed.json["applications"][0]["components"][0]["reason"] == "given up");

  dm.unscript("component-main");
  REQUIRE(dm.request("DELETE", "/applications/one?user.name=daemon").status == 202);
  dm.wait_for_state("one", "NOTCREATED");
  const answer gone = dm.get(since(failed));
  CHECK(gone.json["gone"][0] == "one");
}

TEST_CASE("a plugin that does not answer makes components unsure, not the answer") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "a-1.0.0");
  dm.configure("status_cache_ms", "0");
  dm.start();
  dm.deploy("a-1.0.0");
  dm.create_and_start("app", "a-1.0.0");
  dm.get("/fleet");
  dm.script("status", R"({"status":14})");
  const answer stale = dm.get("/fleet");
  REQUIRE(stale.status == 200);
  const auto& component = stale.json["applications"][0]["components"][0];
  CHECK(component["state"] == "RUNNING");
  CHECK(component["confidence"] == "stale");
  CHECK(component["problem"].IsString());
}

TEST_CASE("the answer is zipped for who takes that, and a wrong query is refused") {
  manager_fixture dm;
  write_simple_package(dm.repository(), "a-1.0.0");
  dm.start();
  dm.deploy("a-1.0.0");
  for (const char* name : {"a", "b", "c", "d"}) dm.create(name, "a-1.0.0");
  const std::string zipped =
      converse(dm.port(), request("GET /fleet", "Accept-Encoding: gzip\r\n"));
  CHECK(zipped.find("Content-Encoding: gzip") != std::string::npos);
  CHECK(zipped.size() < dm.get("/fleet").body.size());
  CHECK(dm.get("/fleet?sinse=1").status == 400);
  CHECK(dm.get("/fleet/history-server").text("state") == "UNKNOWN");
}
