// JSON with bounds.
// SPDX-License-Identifier: Apache-2.0
#include "base/json.h"

#include <catch2/catch.hpp>

namespace json = manager::json;

TEST_CASE("parsing names what is wrong") {
  std::string problem;
  CHECK(json::parse("{\"a\":1}", problem));
  CHECK_FALSE(json::parse("{", problem));
  CHECK(problem.find("at byte 1") != std::string::npos);
  CHECK_FALSE(json::parse("", problem));
  CHECK_FALSE(json::parse("\"\xff\"", problem));
  CHECK_FALSE(json::parse("{} x", problem));
}

TEST_CASE("depth is bounded, and brackets in strings do not count") {
  std::string problem;
  CHECK_FALSE(json::parse(std::string(100'000, '['), problem));
  CHECK(problem.find("64 levels") != std::string::npos);
  CHECK(json::parse(std::string(64, '[') + std::string(64, ']'), problem));
  CHECK_FALSE(json::parse(std::string(65, '[') + std::string(65, ']'), problem));
  CHECK(
      json::parse("[\"" + std::string(200, '[') + "\\\"" + std::string(200, '{') + "\"]", problem));
}

TEST_CASE("set keeps the place of a member") {
  auto object = json::parse_or_throw(R"({"a":1,"b":2})", "test");
  json::set(object, "a", "x", object.GetAllocator());
  json::set(object, "c", std::int64_t{3}, object.GetAllocator());
  json::set(object, "d", std::optional<std::string>(), object.GetAllocator());
  CHECK(json::to_text(object) == R"({"a":"x","b":2,"c":3,"d":null})");
}

TEST_CASE("reading members of whatever is there") {
  const auto object = json::parse_or_throw(R"({"text":"x","number":1,"flag":true})", "test");
  CHECK(json::text_of(object, "text") == "x");
  CHECK(json::text_of(object, "number").empty());
  CHECK(json::text_of(object, "absent").empty());
  CHECK(json::text_of(json::make_array(), "text").empty());
  CHECK(json::flag_of(object, "flag", false));
  CHECK(json::flag_of(object, "absent", true));
  CHECK_FALSE(json::optional_text_of(object, "number"));
}

TEST_CASE("quoting") { CHECK(json::quote("a\"b\n") == R"("a\"b\n")"); }

TEST_CASE("the numbers of a program's arguments are kept as they are written") {
  std::string problem;
  const auto read = json::parse_properties(
      R"({"stream":{"application_args":[1e3,12345678901234567890123,true,"x"],"n":1e3}})", problem);
  REQUIRE(read);
  CHECK(json::to_text(*read) ==
        R"({"stream":{"application_args":["1e3","12345678901234567890123",true,"x"],"n":1000.0}})");
  CHECK_FALSE(json::parse_properties(std::string_view("\xFF\xFE{\0}\0", 6), problem));
  CHECK(problem.find("UTF-16") != std::string::npos);
}

TEST_CASE("a text that is no UTF-8 does not make what is written no JSON") {
  auto object = manager::json::make_object();
  manager::json::set(object, "caf\xe9", "caf\xe9", object.GetAllocator());
  CHECK(manager::json::to_text(object) == R"({"caf\\xe9":"caf\\xe9"})");
  CHECK(manager::json::quote("\xff") == R"("\\xff")");
}

TEST_CASE("a look at what is not there is an exception, whatever the build") {
  const auto object = json::parse_or_throw(R"({"a":1})", "test");
  CHECK_THROWS_AS(object["b"], std::logic_error);
  CHECK_THROWS_AS(object["a"].GetArray(), std::logic_error);
}
