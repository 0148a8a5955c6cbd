// Housekeeping through flink.so against servers that play supervisord, YARN, Flink and HDFS:
// requests and replies are those of abi/samples, ids lead to nothing but what is found again, and a
// ResourceManager that is silent is no proof.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <string>

#include <dm_housekeeping.h>
#include <rapidjson/pointer.h>
#include <catch2/catch.hpp>

#include "running_component.h"
#include "schema.h"

using namespace conformance;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

std::int64_t days_ago(std::int64_t days) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count() - days * day_ms;
}

// A component that runs, and staging of an application that has ended.
struct world_with_leftover {
  running_component c;
  const dm_housekeeping& housekeeping = table(c.plugin);
  std::string ended;
  std::string path;

  world_with_leftover() {
    c.w.resource_manager.set_started_on(days_ago(30));
    dm::fake::yarn_application application;
    application.user = run_as_user();
    application.state = "KILLED";
    ended = c.w.resource_manager.cluster().submit(application);
    path = "/user/" + run_as_user() + "/.flink/" + ended;
    c.w.files->put(path + "/app.jar", "some bytes");
    c.w.files->set_modified(path, days_ago(10));
  }

  static const dm_housekeeping& table(const library& plugin) {
    const auto* found =
        static_cast<const dm_housekeeping*>(plugin->extension(lend(DM_HOUSEKEEPING_EXTENSION)));
    REQUIRE(found != nullptr);
    REQUIRE(DM_HAS_MEMBER(dm_housekeeping, found, clean));
    return *found;
  }
  // The sample, with the component's real data; of staging alone.
  rapidjson::Document asked(const std::string& name) const {
    rapidjson::Document request = sample(name);
    auto& memory = request.GetAllocator();
    rapidjson::Value data;
    data.CopyFrom(c.data, memory);
    rapidjson::Pointer("/records/0/data").Set(request, data);
    for (const char* member : {"kinds", "older_than_ms", "ages_ms"}) request.RemoveMember(member);
    rapidjson::Pointer("/kinds/0").Set(request, "staging");
    return request;
  }
  reply inspect() const {
    reply told = c.dm.run(housekeeping.inspect, text_of(asked("inspect_request")));
    INFO(told.text);
    REQUIRE(told.status == DM_STATUS_OK);
    CHECK(schema_problem(told.json, "inspect_reply") == "");
    return told;
  }
  reply clean(const std::string& id, bool dry_run) const {
    rapidjson::Document request = asked("clean_request");
    rapidjson::Pointer("/entries/0").Set(request, id.c_str());
    rapidjson::Pointer("/dry_run").Set(request, dry_run);
    reply told = c.dm.run(housekeeping.clean, text_of(request));
    INFO(told.text);
    REQUIRE(told.status == DM_STATUS_OK);
    CHECK(schema_problem(told.json, "clean_reply") == "");
    return told;
  }
};

}  // namespace

TEST_CASE("housekeeping: told, not removed by a dry run, removed by its id, and then gone") {
  world_with_leftover w;
  const reply told = w.inspect();
  REQUIRE(told.json["entries"].Size() == 1);
  const auto& entry = told.json["entries"][0];
  CHECK(std::string(entry["path"].GetString()) == w.path);
  CHECK(std::string(entry["application_id"].GetString()) == w.ended);
  CHECK(entry["cleanable"].GetBool());
  CHECK(entry["size_bytes"].GetInt64() > 0);
  const std::string id = entry["id"].GetString();
  CHECK(std::string(w.inspect().json["entries"][0]["id"].GetString()) == id);

  CHECK_FALSE(w.clean(id, true).json["changed"].GetBool());
  CHECK(w.c.w.files->exists(w.path));
  const reply cleaned = w.clean(id, false);
  CHECK(cleaned.json["changed"].GetBool());
  CHECK(cleaned.json["entries"][0]["removed"].GetBool());
  CHECK_FALSE(w.c.w.files->exists(w.path));
  const reply again = w.clean(id, false);  // DM-25
  CHECK_FALSE(again.json["changed"].GetBool());
  REQUIRE(again.json["gone"].Size() == 1);
  CHECK(std::string(again.json["gone"][0].GetString()) == id);
}

TEST_CASE("housekeeping: with the ResourceManager silent nothing of its word is removed (INV-4)") {
  world_with_leftover w;
  const std::string id = w.inspect().json["entries"][0]["id"].GetString();
  w.c.w.resource_manager.server().stop();
  const reply told = w.clean(id, false);
  CHECK_FALSE(told.json["changed"].GetBool());
  REQUIRE(told.json["withheld"].Size() == 1);
  CHECK(std::string(told.json["withheld"][0]["kind"].GetString()) == "staging");
  CHECK(w.c.w.files->exists(w.path));
  w.c.w.resource_manager.server().start();
}

TEST_CASE("housekeeping: what is wrong with a request is told with its path, all of it at once") {
  world_with_leftover w;
  rapidjson::Document request = w.asked("clean_request");
  rapidjson::Pointer("/entries/0").Set(request, "../../user/pnda");
  rapidjson::Pointer("/all").Set(request, true);
  rapidjson::Pointer("/kinds/0").Set(request, "everything");
  rapidjson::Pointer("/records/0/application").Set(request, "../x");
  rapidjson::Pointer("/ages_ms/history-server").Set(request, 1);
  const reply refused = w.c.dm.run(w.housekeeping.clean, text_of(request));
  INFO(refused.text);
  CHECK(refused.status == DM_STATUS_INVALID_ARGUMENT);
  for (const char* path : {"$.entries[0]", "$.all", "$.kinds[0]", "$.records[0].application",
                           "$.ages_ms.history-server"}) {
    INFO(path);
    CHECK(refused.has_detail(path));
  }
  CHECK(w.c.w.files->exists(w.path));
  CHECK(w.c.dm.run(w.housekeeping.clean, "{\"schema\":1}").status == DM_STATUS_INVALID_ARGUMENT);
  CHECK(w.c.dm.run(w.housekeeping.inspect, "").status == DM_STATUS_INVALID_ARGUMENT);
}

TEST_CASE("housekeeping: a cancelled call removes nothing (DM-20)") {
  world_with_leftover w;
  const call cancelled(w.c.plugin, w.c.dm);
  cancelled.cancel();
  rapidjson::Document request = w.asked("clean_request");
  request.RemoveMember("entries");
  rapidjson::Pointer("/all").Set(request, true);
  const reply told = w.c.dm.run(w.housekeeping.clean, text_of(request), cancelled.get());
  CHECK(told.status == DM_STATUS_CANCELLED);
  CHECK(w.c.w.files->exists(w.path));
}
