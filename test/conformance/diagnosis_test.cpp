// Incidents and explanations through flink.so: each request is the sample of abi/samples, and each
// reply must look like its sample.
// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "running_component.h"
#include "schema.h"

using namespace conformance;

namespace {

// As a guard has left it.
void put_incident(running_component& c, const std::string& id, int schema = 1) {
  c.w.files->put(
      fmt::format("{}/incidents/{}.json", world::directory, id),
      fmt::format(
          R"({{"schema":{},"head":{{"id":"{}","at":"2026-11-23T12:30:00.500Z","epoch":4,"class":"user_exception",)"
          R"("source":"job archive","message":"java.lang.IllegalStateException: no such topic",)"
          R"-("frame":"com.example.Clicks.open(Clicks.java:42)","count":1,"last_at":"2026-11-23T12:30:00.500Z"}},)-"
          R"("diagnostics":{{"application":"","attempt":""}},"exceptions":[],"vertices":[],)"
          R"("logs":[{{"source":"jobmanager.log","text":"its end\n"}}],"missing":[]}})",
          schema, id));
}

shape incidents_shape() {
  shape made = sample_shape("incidents_reply");
  shape& document = made.members.at("incidents").element->members.at("document");
  document.required["checkpoints"] = false;
  return made;
}

}  // namespace

TEST_CASE("Incidents: none, a list, one whole, one that is not there") {
  running_component c;
  const dm_diagnosis& diagnosis = diagnosis_table(c.plugin);
  rapidjson::Document asking = c.asked("incidents_request");
  asking.RemoveMember("incident");
  const reply none = c.dm.run(diagnosis.incidents, text_of(asking));
  INFO(none.text);
  REQUIRE(none.status == DM_STATUS_OK);
  check_shape(none.json, incidents_shape());
  CHECK(none.json["incidents"].Empty());

  put_incident(c, "4-end");
  put_incident(c, "9-end", 2);  // D-59
  const reply listed = c.dm.run(diagnosis.incidents, text_of(asking));
  INFO(listed.text);
  REQUIRE(listed.status == DM_STATUS_OK);
  check_shape(listed.json, incidents_shape());
  CHECK(schema_problem(listed.json, "incidents_reply") == "");
  REQUIRE(listed.json["incidents"].Size() == 2);
  CHECK(listed.json["incidents"][0].HasMember("problem"));
  CHECK(std::string(listed.json["incidents"][1]["class"].GetString()) == "user_exception");

  const reply whole = c.dm.run(diagnosis.incidents, text_of(c.asked("incidents_request")));
  INFO(whole.text);
  REQUIRE(whole.status == DM_STATUS_OK);
  check_shape(whole.json, incidents_shape());
  CHECK(std::string(whole.json["incidents"][0]["document"]["logs"][0]["source"].GetString()) ==
        "jobmanager.log");

  set(asking, "/incident", "5-end");
  CHECK(c.dm.run(diagnosis.incidents, text_of(asking)).status == DM_STATUS_NOT_FOUND);
  set(asking, "/incident", "9-end");
  CHECK(c.dm.run(diagnosis.incidents, text_of(asking)).status == DM_STATUS_FAILED_PRECONDITION);
  set(asking, "/incident", "../../secrets");
  CHECK(c.dm.run(diagnosis.incidents, text_of(asking)).status == DM_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("Explain: the state of status, with sentences, facts and rules") {
  running_component c;
  const dm_diagnosis& diagnosis = diagnosis_table(c.plugin);
  for (const char* world : {"it runs", "it has ended", "YARN is away", "HDFS is away"}) {
    INFO(world);
    if (world == std::string("it has ended")) c.w.end_by_itself("failed");
    if (world == std::string("YARN is away")) c.w.resource_manager.server().stop();
    if (world == std::string("HDFS is away")) c.w.name_node.server().stop();
    const reply told = c.dm.run(diagnosis.explain, text_of(c.asked("explain_request")));
    INFO(told.text);
    REQUIRE(told.status == DM_STATUS_OK);
    check_shape(told.json, "explain_reply");
    CHECK_FALSE(told.json["sentences"].Empty());
    CHECK_FALSE(told.json["rules"].Empty());
  }
}
