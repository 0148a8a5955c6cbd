// A component's whole life through flink.so against servers that play supervisord, YARN, Flink and
// HDFS: each request is the sample of abi/samples, and each reply must look like its sample.
// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <rapidjson/pointer.h>
#include <catch2/catch.hpp>

#include "schema.h"
#include "world.h"

using namespace conformance;

namespace {

namespace fs = std::filesystem;

constexpr const char* program = world::program;
constexpr const char* directory = world::directory;

bool works_on_the_node(const std::string& verb) {
  return verb == "start" || verb == "stop" || verb == "destroy" || verb == "resume";
}

}  // namespace

TEST_CASE("The manifest looks like its sample") {
  const library plugin;
  rapidjson::Document manifest;
  manifest.Parse(plugin->manifest.data, plugin->manifest.size);
  check_shape(manifest, "manifest");
}

TEST_CASE("A component's life: every request is the sample's, every reply looks like its sample") {
  const library plugin;
  world w;
  const recorder record;
  const std::string environment = w.environment();

  dm_session* opened = nullptr;
  dm_document document{};
  REQUIRE(plugin->open(record.host(), lend(environment), &opened, &document) == DM_STATUS_OK);
  rapidjson::Document open_reply;
  open_reply.Parse(document.data, document.size);
  check_shape(open_reply, "open_reply");
  plugin->release(&document);
  plugin->close(opened);

  const session dm(plugin, record, environment);
  rapidjson::Document validate = sample("validate_request");
  set(validate, "/staged_path", w.staged);
  set(validate, "/user", run_as_user());
  set(validate, "/properties/component_py_files", "counter.py");  // so that there is a warning
  const reply validated = dm.run(plugin->validate, text_of(validate));
  INFO(validated.text);
  REQUIRE(validated.status == DM_STATUS_OK);
  check_shape(validated.json, "validate_reply");
  CHECK(validated.json["warnings"].Size() >= 1);

  set(validate, "/properties/component_flink_parallelism", "0");
  const call named(plugin, dm, 0, "request-4711");
  const reply refused = dm.run(plugin->validate, text_of(validate), named.get());
  CHECK(refused.status == DM_STATUS_INVALID_ARGUMENT);
  CHECK(refused.has_detail("$.properties.component_flink_parallelism"));
  rapidjson::Document error_alone(rapidjson::kObjectType);
  error_alone.CopyFrom(refused.json, error_alone.GetAllocator());
  error_alone.RemoveMember("warnings");  // validate's own, beside the error
  check_shape(error_alone, "error");

  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", w.staged);
  set(create, "/user", run_as_user());
  const reply created = dm.run(plugin->create, text_of(create));
  INFO(created.text);
  REQUIRE(created.status == DM_STATUS_OK);
  check_shape(created.json, "create_reply");
  CHECK(created.json["changed"].GetBool());
  const rapidjson::Value& data = created.json["data"];
  const std::string id = data["id"].GetString();
  CHECK(id == sample("create_reply")["data"]["id"].GetString());

  const reply again = dm.run(plugin->create, text_of(create));
  CHECK(again.status == DM_STATUS_OK);
  CHECK_FALSE(again.json["changed"].GetBool());  // DM-25
  CHECK(text_of(again.json["data"]) == text_of(data));

  // Nobody submits anything yet: the start is awaited until its time is up.
  const call short_call(plugin, dm, 1500, "request-4711");
  const reply awaited =
      dm.run(plugin->start, text_of(request("start_request", data)), short_call.get());
  INFO(awaited.text);
  CHECK(awaited.status == DM_STATUS_DEADLINE_EXCEEDED);
  CHECK(std::string(awaited.json["desired"].GetString()) == "RUNNING");
  check_shape(awaited.json, "start_reply_awaited");
  REQUIRE_FALSE(short_call.events().empty());  // nothing is known yet but words
  for (const std::string& event : short_call.events()) {
    rapidjson::Document parsed;
    parsed.Parse(event.c_str());
    check_shape(parsed, "progress_event");
  }

  REQUIRE(dm.run(plugin->stop, text_of(request("stop_request", data))).status == DM_STATUS_OK);
  CHECK(w.name_node.files().exists(std::string(directory) + "/log/2.json"));
  REQUIRE(dm.run(plugin->destroy, text_of(request("destroy_request", data))).status ==
          DM_STATUS_OK);
}

TEST_CASE("A component that runs: start, status, stop and destroy look like their samples") {
  const library plugin;
  world w;
  const recorder record;
  const session dm(plugin, record, w.environment());
  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", w.staged);
  set(create, "/user", run_as_user());
  const reply created = dm.run(plugin->create, text_of(create));
  REQUIRE(created.status == DM_STATUS_OK);
  const rapidjson::Value& data = created.json["data"];
  w.play_guard(data["id"].GetString());

  const reply started = dm.run(plugin->start, text_of(request("start_request", data)));
  INFO(started.text);
  REQUIRE(started.status == DM_STATUS_OK);
  check_shape(started.json, "start_reply");
  CHECK(std::string(started.json["state"].GetString()) == "RUNNING");
  CHECK(started.json["application_id"].GetString() == w.application_id());

  const reply restarted = dm.run(plugin->start, text_of(request("start_request", data)));
  CHECK(restarted.status == DM_STATUS_OK);
  CHECK_FALSE(restarted.json["changed"].GetBool());  // DM-25

  {
    const reply told =
        dm.run(metrics_table(plugin).figures, text_of(request("figures_request", data)));
    INFO(told.text);
    REQUIRE(told.status == DM_STATUS_OK);
    CHECK(schema_problem(told.json, "figures_reply") == "");
    const auto& entry = told.json["components"][0];
    REQUIRE(entry.HasMember("figures"));
    CHECK(entry["figures"]["running_tasks"].GetInt() > 0);
    CHECK(entry["figures"]["uptime_ms"].IsInt64());
  }

  for (const bool detail : {true, false}) {
    rapidjson::Document asked = request("status_request", data);
    rapidjson::Pointer("/detail").Set(asked, detail);
    rapidjson::Pointer("/components/1")
        .Set(asked, rapidjson::Value(7));  // malformed: an error of its own
    const reply observed = dm.run(plugin->status, text_of(asked));
    REQUIRE(observed.status == DM_STATUS_OK);
    REQUIRE(observed.json["components"].Size() == 2);
    const auto& running = observed.json["components"][0];
    CHECK(std::string(running["state"].GetString()) == "RUNNING");
    CHECK(std::string(running["confidence"].GetString()) == "confirmed");
    CHECK(std::string(running["job_id"].GetString()) == w.job_manager.job().id);
    CHECK(running.HasMember("incarnations") == detail);
    shape expected = sample_shape("status_reply");
    shape& entry = *expected.members.at("components").element;
    for (const char* optional : {"incarnations"}) entry.required[optional] = detail;
    for (const char* optional : {"component", "hint"})
      entry.members.at("error").required[optional] = false;
    CHECK(differences(expected, observed.json) == std::vector<std::string>{});
  }

  const reply stopped = dm.run(plugin->stop, text_of(request("stop_request", data)));
  INFO(stopped.text);
  REQUIRE(stopped.status == DM_STATUS_OK);
  check_shape(stopped.json, "stop_reply");
  CHECK(std::string(stopped.json["state"].GetString()) == "STOPPED");

  const reply destroyed = dm.run(plugin->destroy, text_of(request("destroy_request", data)));
  INFO(destroyed.text);
  REQUIRE(destroyed.status == DM_STATUS_OK);
  check_shape(destroyed.json, "destroy_reply");
  CHECK_FALSE(fs::exists(w.node.path() + "/opt/production/clicks/counter"));
  CHECK_FALSE(fs::exists(w.node.path() + "/conf.d/" + program + ".conf"));

  const reply once_more = dm.run(plugin->destroy, text_of(request("destroy_request", data)));
  INFO(once_more.text);
  CHECK(once_more.status == DM_STATUS_OK);
  CHECK_FALSE(once_more.json["changed"].GetBool());  // DM-25
}

TEST_CASE("INV-8: data that names other places is refused, and nothing there is touched") {
  const library plugin;
  world w;
  const recorder record;
  const session dm(plugin, record, w.environment());
  rapidjson::Document create = sample("create_request");
  set(create, "/staged_path", w.staged);
  set(create, "/user", run_as_user());
  const reply created = dm.run(plugin->create, text_of(create));
  REQUIRE(created.status == DM_STATUS_OK);

  const std::string precious = w.node.path() + "/precious";
  fs::create_directories(precious);
  std::ofstream(precious + "/file") << "keep\nautostart=false\n";
  for (const char* member : {"/directory", "/program_file"}) {
    for (const auto& [name, verb] : verbs(plugin)) {
      if (!works_on_the_node(name)) continue;
      INFO(name << " with another " << member);
      rapidjson::Document forged;
      forged.CopyFrom(created.json["data"], forged.GetAllocator());
      set(forged, member, member == std::string("/directory") ? precious : precious + "/file");
      const reply refused = dm.run(verb, text_of(request(std::string(name) + "_request", forged)));
      CHECK(refused.status == DM_STATUS_FAILED_PRECONDITION);
      std::ifstream file(precious + "/file");
      std::string line;
      std::getline(file, line);
      std::getline(file, line);
      CHECK(line == "autostart=false");
    }
  }
  CHECK(fs::exists(w.node.path() + "/conf.d/" + program + ".conf"));
  REQUIRE(
      dm.run(plugin->destroy, text_of(request("destroy_request", created.json["data"]))).status ==
      DM_STATUS_OK);
}

TEST_CASE("What the comparison of samples itself sees") {
  rapidjson::Document wanted;
  wanted.Parse(R"({"a":1,"b":[{"c":"x","d":null},{"c":"y"}]})");
  const shape expected = shape_of(wanted);
  const auto compare = [&](const char* real) {
    rapidjson::Document document;
    document.Parse(real);
    return differences(expected, document);
  };
  CHECK(compare(R"({"a":2,"b":[]})").empty());
  CHECK(compare(R"({"a":2,"b":[{"c":"z"},{"c":"z","d":null}]})").empty());
  CHECK(compare(R"({"b":[]})") == std::vector<std::string>{"$.a is missing"});
  CHECK(compare(R"({"a":"2","b":[]})") ==
        std::vector<std::string>{"$.a is of another type than in the sample"});
  CHECK(compare(R"({"a":2,"b":[{"d":null}]})") == std::vector<std::string>{"$.b[0].c is missing"});
  CHECK(compare(R"({"a":2,"b":[{"c":"z","e":1}]})") ==
        std::vector<std::string>{"$.b[0].e is in no sample"});
}
