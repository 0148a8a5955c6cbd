// Who reads what a program has said, by every route that tells it.
// SPDX-License-Identifier: Apache-2.0
#include "routes/program_words.h"

#include "support/manager_fixture.h"
#include "support/package_builder.h"
#include "support/raw_client.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace manager_test;

namespace {

const std::string said = "card 4711";

// An application of daemon whose component tells of a failure; its stop fails with the same words.
void prepare(manager_fixture& dm) {
  dm.configure("access", R"({"administrators":["bin"]})");
  write_simple_package(dm.repository(), "app-1.0.0");
  dm.start();
  dm.deploy("app-1.0.0");
  dm.create_and_start("one", "app-1.0.0");
  dm.script(
      "status",
      R"({"reply":{"schema":1,"components":[{"state":"FAILED","summary":"FAILED",)"
      R"("confidence":"stale","observed_at":"2024-01-01T00:00:00.000Z",)"
      R"("reason":"card 4711 is not valid",)"
      R"("restarts":{"count":1,"exception":"card 4711"},)"
      R"("schedule":{"missed":0,"runs":[{"number":1,"status":"KILLED","cause":"card 4711"}]},)"
      R"x("incarnations":[{"epoch":1,"class":"user_exception","frame":"a.B.c(B.java:1)",)x"
      R"("cause":"card 4711"}],"evidence":[{"source":"Flink","message":"card 4711"}]}]}})");
  dm.script("stop", R"({"status":9,"reply":{"schema":1,"error":{"code":"FAILED_PRECONDITION",)"
                    R"("message":"card 4711"}}})");
}

std::string failed_operation(manager_fixture& dm) {
  const auto ended = dm.request("POST", "/applications/one/stop?user.name=daemon&wait=60");
  REQUIRE(ended.text("status") == "FAILED");
  CHECK(ended.text("information").find(said) != std::string::npos);
  return ended.text("id");
}

}  // namespace

TEST_CASE("free words are withheld at every depth, and nothing else") {
  auto document = manager::json::parse_or_throw(
      R"({"information":"a","reason":"","state":"FAILED","cause":[{"source":"b","message":"c"}],)"
      R"("restarts":{"count":1,"exception":"d"},"incarnations":[{"class":"e","cause":"f",)"
      R"("queue_policy":{"answer":"not_allowed","text":"groups g"}}]})",
      "test");
  manager::withhold_words(document, document.GetAllocator());
  const std::string w(manager::withheld_words);
  CHECK(document["information"] == w.c_str());
  CHECK(document["reason"] == "");
  CHECK(document["state"] == "FAILED");
  CHECK(document["cause"][0]["source"] == "b");
  CHECK(document["cause"][0]["message"] == w.c_str());
  CHECK(document["restarts"]["exception"] == w.c_str());
  CHECK(document["incarnations"][0]["class"] == "e");
  CHECK(document["incarnations"][0]["cause"] == w.c_str());
  CHECK(document["incarnations"][0]["queue_policy"]["answer"] == "not_allowed");
  CHECK(document["incarnations"][0]["queue_policy"]["text"] == w.c_str());
}

TEST_CASE("what a program has said is for who may read its logs, by every route") {
  manager_fixture dm;
  prepare(dm);
  const std::string operation = failed_operation(dm);
  for (const std::string& path :
       {std::string("/applications/one"), std::string("/applications/one/status"),
        std::string("/applications/one/detail"), std::string("/applications/one/summary"),
        std::string("/applications?view=status"), std::string("/applications?view=summary"),
        std::string("/packages/app-1.0.0/applications?view=status"), std::string("/fleet"),
        std::string("/operations?verb=stop"), "/operations/" + operation,
        "/operations/" + operation + "?wait=1"}) {
    INFO(path);
    const std::string mark = path.find('?') == std::string::npos ? "?" : "&";
    for (const char* reads : {"daemon", "bin"}) {
      CHECK(dm.get(path + mark + "user.name=" + reads).body.find(said) != std::string::npos);
    }
    const auto seen = dm.get(path + mark + "user.name=nobody");
    CHECK(seen.status == 200);
    CHECK(seen.body.find(said) == std::string::npos);
    CHECK(seen.body.find(manager::withheld_words) != std::string::npos);
    // Names are believed here: who names nobody reads as in the original.
    CHECK(dm.get(path).body.find(said) != std::string::npos);
  }
  // State and class are everybody's.
  const auto detail = dm.get("/applications/one/detail?user.name=nobody");
  const auto& component = detail.json["components"][0];
  CHECK(component["state"] == "FAILED");
  CHECK(component["incarnations"][0]["class"] == "user_exception");
  CHECK(component["incarnations"][0]["frame"] == "a.B.c(B.java:1)");
  CHECK(component["restarts"]["count"].GetInt() == 1);
}

TEST_CASE("events tell the words to who may read them") {
  manager_fixture dm;
  prepare(dm);
  const auto follow = [&](raw_client& client, const std::string& user) {
    client.send(request("GET /events" + user));
    while (client.receive(1).find("event-stream") == std::string::npos) continue;
  };
  raw_client owner(dm.port());
  raw_client other(dm.port());
  raw_client unnamed(dm.port());
  follow(owner, "?user.name=daemon");
  follow(other, "?user.name=nobody");
  follow(unnamed, "");
  failed_operation(dm);
  const auto until_failed = [](raw_client& client) {
    std::string seen;
    for (int i = 0; i < 60 && seen.find("\"FAILED\"") == std::string::npos; ++i)
      seen += client.receive(1);
    return seen;
  };
  CHECK(until_failed(owner).find(said) != std::string::npos);
  CHECK(until_failed(unnamed).find(said) != std::string::npos);
  const std::string seen = until_failed(other);
  CHECK(seen.find("\"FAILED\"") != std::string::npos);
  CHECK(seen.find(said) == std::string::npos);
}
