// Reading one object and collecting its problems.
// SPDX-License-Identifier: Apache-2.0
#include "configuration/configuration_reader.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("values, defaults and problems") {
  const auto object = json::parse_or_throw(
      R"({"text":"x","number":5,"list":["a"],"child":{"inner":true},"odd":1})", "test");
  std::vector<problem> problems;
  configuration_reader reader(&object, "$", problems);
  CHECK(reader.text("text", "y") == "x");
  CHECK(reader.text("absent", "y") == "y");
  CHECK(reader.integer("number", 1, 0, 10) == 5);
  CHECK(reader.texts("list", {}) == std::vector<std::string>{"a"});
  CHECK(problems.empty());
  CHECK(reader.integer("number", 1, 6, 10) == 1);
  CHECK(reader.one_of("text", "a", {"a", "b"}) == "x");
  reader.required_text("missing");
  configuration_reader child = reader.child("child");
  CHECK(child.text("inner", "z") == "z");
  reader.finish();
  REQUIRE(problems.size() == 5);
  CHECK(problems[0].path == "$.number");
  CHECK(problems[1].allowed == "a, b");
  CHECK(problems[2].path == "$.missing");
  CHECK(problems[3].path == "$.child.inner");
  CHECK(problems[4].path == "$.odd");
}

TEST_CASE("flags and lists of objects") {
  const auto object = json::parse_or_throw(
      R"({"yes":true,"odd":1,"list":[{"a":"x"},{"b":1},3],"none":{}})", "test");
  std::vector<problem> problems;
  configuration_reader reader(&object, "$", problems);
  CHECK(reader.flag("yes", false));
  CHECK(reader.flag("absent", true));
  CHECK_FALSE(reader.flag("odd", false));
  CHECK(problems.size() == 1);
  auto all = reader.children("list");
  REQUIRE(all.size() == 3);
  CHECK(all[0].text("a", "") == "x");
  all[1].finish();
  CHECK(reader.children("none").empty());
  reader.finish();
  std::vector<std::string> paths;
  for (const auto& one : problems) paths.push_back(one.path);
  CHECK(paths == std::vector<std::string>{"$.odd", "$.list[2]", "$.list[1].b", "$.none"});
}

TEST_CASE("an absent object has all defaults") {
  std::vector<problem> problems;
  configuration_reader reader(nullptr, "$.x", problems);
  CHECK(reader.text("a", "b") == "b");
  CHECK(reader.object("c", false) == nullptr);
  reader.finish();
  CHECK(problems.empty());
}
