// Every sample is what its schema says, and the schemas see what is wrong.
// SPDX-License-Identifier: Apache-2.0
#include "schema.h"

#include <filesystem>
#include <string>

#include <catch2/catch.hpp>

#include "world.h"

using namespace conformance;

TEST_CASE("Every sample is as its schema says") {
  int samples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SAMPLES)) {
    const std::string name = entry.path().stem().string();
    CHECK(schema_problem(sample(name), name) == "");
    ++samples;
  }
  CHECK(samples > 30);
}

TEST_CASE("What the schemas see: a missing member, a wrong type, a time that is none") {
  rapidjson::Document reply = sample("status_reply");
  rapidjson::Value& entry = reply["components"][0];
  entry["observed_at"].SetString("yesterday");
  CHECK(schema_problem(reply, "status_reply").find("observed_at breaks \"pattern\"") !=
        std::string::npos);
  entry.RemoveMember("observed_at");
  CHECK(schema_problem(reply, "status_reply").find("breaks \"required\"") != std::string::npos);

  rapidjson::Document error = sample("error");
  error["error"]["retry"].SetString("no");
  CHECK(schema_problem(error, "error").find("retry breaks \"type\"") != std::string::npos);

  rapidjson::Document request = sample("stop_request");
  request.AddMember("format", "xml", request.GetAllocator());
  CHECK_FALSE(schema_problem(request, "stop_request").empty());
  CHECK(schema_problem(request, "no_such_document").find("there is no schema") !=
        std::string::npos);
}

TEST_CASE("A member that a schema does not name is let through (DM-7)") {
  rapidjson::Document request = sample("start_request");
  request.AddMember("of_a_later_version", 1, request.GetAllocator());
  CHECK(schema_problem(request, "start_request") == "");
}
