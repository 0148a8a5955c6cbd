// What is looked at before an operation is accepted.
// SPDX-License-Identifier: Apache-2.0
#include "application/application_admission.h"

#include "support/temporary_directory.h"

#include <catch2/catch.hpp>

using namespace manager;

TEST_CASE("an application must be in one of the states") {
  const manager_test::temporary_directory directory;
  registry memory(directory / "db");
  const auto look = [&] {
    return find_application_in(memory, "one", "resume",
                               {application_state::created, application_state::started});
  };
  try {
    look();
    FAIL("it was found");
  } catch (const failure& why) {
    CHECK(why.kind() == failure_kind::not_found);
    CHECK(why.state().value().state == "NOTCREATED");
  }
  application_record application;
  application.name = "one";
  for (const char* state : {"STARTED", "STOPPING"}) {
    application.state = state;
    memory.transact([&](registry_view& view) { view.applications.put(application); });
    if (application.state == "STARTED") {
      CHECK(look().name == "one");
      continue;
    }
    try {
      look();
      FAIL("it was found");
    } catch (const failure& why) {
      CHECK(why.kind() == failure_kind::conflicting_state);
      CHECK(why.state().value().state == "STOPPING");
    }
  }
}

TEST_CASE("overrides are objects of objects of objects, but for members with their own meaning") {
  const auto body = json::parse_or_throw(
      R"({"package":"a-1.0.0","timeout_ms":5,"fake":{"main":{"x":1},"other":7},"typo":3})", "test");
  std::vector<problem> problems;
  check_overrides(body, {"package", "timeout_ms"}, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "$.fake.other");
  CHECK(problems[1].path == "$.typo");
}

TEST_CASE("a package that is not deployed is refused by its state") {
  const manager_test::temporary_directory directory;
  registry memory(directory / "db");
  CHECK_THROWS_WITH(deployed_package(memory, "a-1.0.0", "create"),
                    Catch::Matchers::Contains("create needs it deployed"));
  package_record package;
  package.name = "a-1.0.0";
  package.state = package_state::deployed;
  package.metadata = "{}";
  memory.transact([&](registry_view& view) { view.packages.put(package); });
  CHECK(deployed_package(memory, "a-1.0.0", "create").metadata == "{}");
  CHECK(deployed_package(memory, package, "create").name == "a-1.0.0");
}

TEST_CASE("types, components and properties are names, and no component has too many of the last") {
  std::string many = R"({"fake":{"main":{)";
  for (int i = 0; i <= 1000; ++i) many += (i == 0 ? "\"p" : ",\"p") + std::to_string(i) + "\":1";
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {R"({"fa\u0000ke":{"main":{}}})", R"($.fa\x00ke)"},
      {R"({"fake":{"ma\u0000in":{}}})", R"($.fake.ma\x00in)"},
      {R"({"fake":{"main":{"a\u0000b":1}}})", R"($.fake.main.a\x00b)"},
      {R"({"fake":{"main":{"component_parallelism":1}}})", "$.fake.main.component_parallelism"},
      {many + "}}}", "$.fake.main"}};
  for (const auto& [text, path] : wrong) {
    std::vector<problem> problems;
    check_overrides(json::parse_or_throw(text, "test"), {}, problems);
    REQUIRE(problems.size() == 1);
    CHECK(problems[0].path == path);
  }
}

TEST_CASE("a component that the package does not have is refused with those that it has") {
  const package_metadata metadata(
      R"({"component_types":{"fake":{"main":{"component_path":"a"},"side":{"component_path":"b"}}}})");
  std::vector<problem> problems;
  check_named_components(
      json::parse_or_throw(R"({"package":"x","fake":{"main":{},"mian":{}},"fkae":{"main":{}}})",
                           "test"),
      {"package"}, metadata, problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "$.fake.mian");
  CHECK(problems[0].allowed == "fake.main, fake.side");
  CHECK(problems[1].path == "$.fkae.main");
}

TEST_CASE("of very many problems the first are told, and no more work is done") {
  std::string types;
  std::string components;
  for (int i = 0; i < 50'000; ++i) {
    types += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":{}";
    components += (i == 0 ? "\"" : ",\"") + std::to_string(i) + "\":7";
  }
  const package_metadata metadata(
      R"({"component_types":{"fake":{"main":{"component_path":"a"}}}})");
  const auto check = [&](const std::string& text) {
    std::vector<problem> problems;
    const auto body = json::parse_or_throw(text, "test");
    check_overrides(body, {}, problems);
    if (problems.empty()) check_named_components(body, {}, metadata, problems);
    return problems;
  };
  for (const std::string& text :
       {"{" + types + "}", "{\"fake\":{" + types + "}}", "{\"fake\":{" + components + "}}"}) {
    const auto problems = check(text);
    CHECK(problems.size() == most_problems + 1);
    const failure refused = failure::invalid("Invalid request body", problems);
    CHECK(refused.problems().size() == most_problems + 1);
    CHECK(refused.problems().back().message.find("more") != std::string::npos);
  }
}

TEST_CASE("a type or a component that is given twice is refused, and a type without components") {
  std::vector<problem> problems;
  check_overrides(
      json::parse_or_throw(R"({"fake":{"main":{},"main":{}},"fake":{"main":{}}})", "test"), {},
      problems);
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].path == "$.fake.main");
  CHECK(problems[1].path == "$.fake");
  problems.clear();
  check_named_components(
      json::parse_or_throw(R"({"fake":{},"other":{}})", "test"), {},
      package_metadata(R"({"component_types":{"fake":{"main":{"component_path":"a"}}}})"),
      problems);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].path == "$.other");
}
