// dm.logs/1 through flink.so: each request is the sample of abi/samples, each reply is as its
// schema says.
// SPDX-License-Identifier: Apache-2.0
#include <dm_logs.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include "running_component.h"
#include "schema.h"

using namespace conformance;

namespace {

const dm_logs& logs_table(const library& plugin) {
  const auto* table = static_cast<const dm_logs*>(plugin->extension(lend(DM_LOGS_EXTENSION)));
  REQUIRE(table != nullptr);
  REQUIRE(DM_HAS_MEMBER(dm_logs, table, read));
  return *table;
}

std::string read_of(const running_component& c, const char* source) {
  rapidjson::Document asking = c.asked("read_request");
  asking.RemoveMember("offset");
  asking.RemoveMember("grep");
  set(asking, "/source", source);
  return text_of(asking);
}

}  // namespace

TEST_CASE("dm.logs/1: sources and read answer as their schemas say") {
  running_component c;
  const dm_logs& logs = logs_table(c.plugin);
  const std::string directory = c.data["directory"].GetString();
  std::ofstream(directory + "/logs/guard.log") << "began with password=V1\n";
  const reply told = c.dm.run(logs.sources, c.request_of("sources"));
  REQUIRE(told.status == DM_STATUS_OK);
  CHECK(schema_problem(told.json, "sources_reply") == "");
  REQUIRE(told.json["sources"].Size() > 0);
  CHECK(std::string(told.json["sources"][0]["id"].GetString()) == "guard.log");
  const reply piece = c.dm.run(logs.read, read_of(c, "guard.log"));
  REQUIRE(piece.status == DM_STATUS_OK);
  CHECK(schema_problem(piece.json, "read_reply") == "");
  CHECK(std::string(piece.json["text"].GetString()) == "began with password=***\n");
}

TEST_CASE("dm.logs/1: what is no log of the component is none, and no path is one (DM-13)") {
  running_component c;
  const dm_logs& logs = logs_table(c.plugin);
  // The sample's container is of another component.
  const reply foreign = c.dm.run(logs.read, c.request_of("read"));
  CHECK(foreign.status == DM_STATUS_NOT_FOUND);
  CHECK(schema_problem(foreign.json, "read_reply") == "");
  for (const char* source : {"../guard.json", "/etc/passwd", "guard.log/"}) {
    CHECK(c.dm.run(logs.read, read_of(c, source)).status == DM_STATUS_NOT_FOUND);
  }
  CHECK(c.dm.run(logs.read, read_of(c, "")).status == DM_STATUS_INVALID_ARGUMENT);
}
