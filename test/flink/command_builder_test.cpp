// Words that commons-cli would read differently are refused, all of them at once.
// SPDX-License-Identifier: Apache-2.0
#include "flink/command_builder.h"

#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;
using dm::test::flink;
using argv = std::vector<std::string>;

TEST_CASE("words, options and properties in order") {
  const version v = flink("1.20.5");
  command_builder builder(v, submission_mode::per_job);
  builder.word("flink");
  builder.option("-c", "a.B", "$.c");
  builder.property("k", "v=w x", "$.k");
  builder.check_nesting();
  CHECK(builder.take("a command").value() == argv{"flink", "-c", "a.B", "-yD", "k=v=w x"});
  command_builder application(v, submission_mode::application);
  application.property("k", "", "$.k");
  CHECK(application.take("a command").value() == argv{"-D", "k="});
}

TEST_CASE("all problems at once, with the count and where they are") {
  const version v = flink("1.20.5");
  command_builder builder(v, submission_mode::per_job);
  builder.option("-c", "", "$.c");
  builder.option("-c", "-d", "$.c");
  builder.property("a b", "x", "$.k");
  builder.property("a#b", "x", "$.k");
  builder.property("a", "x\ny", "$.k");
  const auto taken = builder.take("a command");
  REQUIRE_FALSE(taken);
  CHECK(taken.error().details.size() == 5);
  CHECK(taken.error().message.find("1.20.5") != std::string::npos);
  for (const auto& problem : taken.error().details) {
    CHECK_FALSE(problem.path.empty());
    CHECK_FALSE(problem.allowed.empty());
  }
}

TEST_CASE("keys below one another are refused where the client nests them") {
  const auto render = [](const char* text, const argv& keys) {
    const version v = flink(text);
    command_builder builder(v, submission_mode::application);
    for (const std::string& key : keys) builder.property(key, "x", "$.k");
    builder.check_nesting();
    return builder.take("a command").has_value();
  };
  for (const char* version : {"1.19.3", "1.20.5", "2.3.0"}) {
    CHECK_FALSE(render(version, {"metrics.scope.jm", "metrics.scope.jm.job"}));
    CHECK_FALSE(render(version, {"state.backend.incremental", "state.backend"}));
    CHECK(render(version, {"state.backend.type", "state.backend.incremental"}));
    CHECK(render(version, {"metrics.scope.jm", "metrics.scope.jm-job", "metrics.scope.jmx"}));
    CHECK(render(version, {"a.b", "a.b"}));
  }
  CHECK(render("1.18.1", {"metrics.scope.jm", "metrics.scope.jm.job"}));
}

TEST_CASE("a mode that a version lacks") {
  CHECK(check_mode(flink("1.13.6"), submission_mode::per_job));
  CHECK(check_mode(flink("2.0.2"), submission_mode::application));
  CHECK_FALSE(check_mode(flink("2.0.2"), submission_mode::attached));
  CHECK_FALSE(check_mode(flink("1.12.0"), submission_mode::per_job));
}
