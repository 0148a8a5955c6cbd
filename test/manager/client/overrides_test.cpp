// Bodies of creations, upgrades and plans.
// SPDX-License-Identifier: Apache-2.0
#include "client/overrides.h"

#include "client/stand_in.h"

#include <catch2/catch.hpp>

using namespace dmctl;

namespace {

json::document defaults(const std::string&) {
  return json::parse_or_throw(
      R"({"flink": {"stream": {}, "both": {}}, "spark": {"both": {}, "batch": {}}})", "defaults");
}

std::string body(override_options given) {
  given.package = "counter-1.0.0";
  return json::to_text(make_body(given, defaults));
}

std::vector<std::string> notes(override_options given) {
  try {
    make_body(given, defaults);
  } catch (const problem& wrong) {
    CHECK(wrong.code() == exit_code::usage);
    return wrong.notes();
  }
  return {};
}

}  // namespace

TEST_CASE("a property goes to its component, of whatever type that is") {
  CHECK(
      body({"", "", {"stream.flink_parallelism=2", "batch.a.b=x=y", "flink/both.on=true"}}) ==
      R"({"package":"counter-1.0.0","flink":{"stream":{"flink_parallelism":2},"both":{"on":true}},)"
      R"("spark":{"batch":{"a.b":"x=y"}}})");
}

TEST_CASE("values are what they look like, and texts where anything would be lost") {
  json::document memory;
  const auto text = [&](const std::string& property, const std::string& given) {
    return json::to_text(value_of(property, given, memory.GetAllocator()));
  };
  CHECK(text("p", "2") == "2");
  CHECK(text("p", "true") == "true");
  CHECK(text("p", "null") == "null");
  CHECK(text("p", "0.5") == "0.5");
  CHECK(text("p", "007") == "\"007\"");
  CHECK(text("p", "1e3") == "\"1e3\"");
  CHECK(text("p", "123456789012345678901234567890") == "\"123456789012345678901234567890\"");
  CHECK(text("p", "{\"a\": 1}") == "\"{\\\"a\\\": 1}\"");
  CHECK(text("p", "") == "\"\"");
  CHECK(text("application_args", "2") == "\"2\"");
}

TEST_CASE("what is not understood is told, all of it") {
  override_options given;
  given.package = "counter-1.0.0";
  given.sets = {"nonsense", "a=b", ".p=1", "c.=1", "/c.p=1"};
  CHECK(notes(given).size() == 5);
  given.sets = {"gone.p=1", "both.p=1"};
  const auto told = notes(given);
  REQUIRE(told.size() == 2);
  CHECK(told[0].find("stream, both, both, batch") != std::string::npos);
  CHECK(told[1].find("flink, spark") != std::string::npos);
  given.package.clear();
  given.sets = {"stream.p=1"};
  CHECK(notes(given).at(0).find("--package") != std::string::npos);
}

TEST_CASE("what --set says goes on top of the file, and the option above its package") {
  const client_test::temporary_directory place;
  const std::string file = place.path() / "body.json";
  client_test::write_file(file, R"({"package": "x-1.0.0", "flink": {"stream": {"a": 1, "b": 2}}})",
                          0644);
  override_options given{"counter-1.0.0", file, {"flink/stream.a=3"}};
  CHECK(json::to_text(make_body(given, defaults)) ==
        R"({"package":"counter-1.0.0","flink":{"stream":{"a":3,"b":2}}})");
  client_test::write_file(file, R"({"flink": 1})", 0644);
  CHECK_THROWS_AS(make_body(given, defaults), problem);
  client_test::write_file(file, "[]", 0644);
  CHECK_THROWS_AS(make_body(given, defaults), problem);
  given.file = place.path() / "none";
  CHECK_THROWS_AS(make_body(given, defaults), problem);
}
