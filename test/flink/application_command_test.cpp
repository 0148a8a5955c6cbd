// The command of application mode, read back.
// SPDX-License-Identifier: Apache-2.0
#include "flink/application_command.h"

#include <catch2/catch.hpp>

#include "flink/command_builder.h"
#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::flink;
using argv = std::vector<std::string>;

namespace {

submission program() {
  submission s;
  s.mode = submission_mode::direct;
  s.flink_command = "/opt/flink/bin/flink";
  s.configuration = {{"taskmanager.numberOfTaskSlots", "2"},
                     {"env.java.opts.all", "-Da=b -Dc"},
                     {"yarn.application.queue", "analytics"}};
  s.parallelism = "4";
  s.main_class = "examples.Job";
  s.main_jar = "/opt/ns/app/comp/package/job.jar";
  s.arguments = {"--input", "a b", "-p", "9", "", "-D", "x"};
  return s;
}

incarnation_options restored() {
  incarnation_options options;
  options.tags = {"dm-fleet-ns", "dm-epoch-0123456789abcdef-7"};
  options.application_name = "app-comp-job";
  options.restore_path = "hdfs:///state/savepoint-1";
  options.allow_non_restored_state = true;
  options.claim_mode = "no_claim";
  options.configuration = {{"state.checkpoints.dir", "hdfs:///state/checkpoints/7"}};
  return options;
}

application_command read_back(const char* text, const incarnation_options& options,
                              const submission& what = program()) {
  const version version = flink(text);
  const auto command = render_command(version, what);
  REQUIRE(command);
  const auto incarnation = render_incarnation(version, what.mode, options);
  REQUIRE(incarnation);
  const auto whole = substitute_incarnation(*command, *incarnation);
  REQUIRE(whole);
  auto read = read_application_command(version, *whole);
  if (!read) FAIL(read.error().text());
  return std::move(*read);
}

dm::error refusal(const char* text, const argv& words) {
  auto read = read_application_command(flink(text), words);
  REQUIRE_FALSE(read);
  CHECK(read.error().code == status_code::invalid_argument);
  return std::move(read.error());
}

}  // namespace

TEST_CASE("what was rendered is read back, in each dialect") {
  const std::string version = GENERATE(as<std::string>(), "1.15.4", "1.17.2", "1.18.1", "1.19.3",
                                       "1.20.5", "2.0.2", "2.3.0");
  CAPTURE(version);
  const application_command read = read_back(version.c_str(), restored());
  CHECK(read.main_class == "examples.Job");
  CHECK(read.jar == "/opt/ns/app/comp/package/job.jar");
  CHECK(read.arguments == argv{"--input", "a b", "-p", "9", "", "-D", "x"});
  const bool new_names = at_least(flink(version.c_str()), 1, 20);
  CHECK(read.configuration ==
        configuration_map{
            {"taskmanager.numberOfTaskSlots", "2"},
            {"env.java.opts.all", "-Da=b -Dc"},
            {"yarn.application.queue", "analytics"},
            {"parallelism.default", "4"},
            {"yarn.tags", "dm-fleet-ns,dm-epoch-0123456789abcdef-7"},
            {"yarn.application.name", "app-comp-job"},
            {"yarn.application-attempts", "1"},
            {"state.checkpoints.dir", "hdfs:///state/checkpoints/7"},
            {new_names ? "execution.state-recovery.path" : "execution.savepoint.path",
             "hdfs:///state/savepoint-1"},
            {new_names ? "execution.state-recovery.ignore-unclaimed-state"
                       : "execution.savepoint.ignore-unclaimed-state",
             "true"},
            {new_names ? "execution.state-recovery.claim-mode" : "execution.savepoint-restore-mode",
             "NO_CLAIM"}});
}

TEST_CASE("before 1.15 there is no claim mode") {
  incarnation_options options = restored();
  options.claim_mode = "legacy";
  const application_command read = read_back("1.13.6", options);
  CHECK(find_key(read.configuration, "execution.savepoint-restore-mode") == nullptr);
  CHECK(*find_key(read.configuration, "execution.savepoint.path") == "hdfs:///state/savepoint-1");
}

TEST_CASE("a start without state, class and arguments") {
  submission what = program();
  what.main_class.clear();
  what.parallelism.clear();
  what.arguments.clear();
  incarnation_options options = restored();
  options.restore_path.clear();
  const application_command read = read_back("2.3.0", options, what);
  CHECK(read.main_class.empty());
  CHECK(read.arguments.empty());
  for (const auto& [key, value] : read.configuration) {
    CAPTURE(key);
    CHECK_FALSE(key.starts_with("execution."));
    CHECK(key != "parallelism.default");
  }
}

TEST_CASE("of a key that stands twice the last counts; a value may have '='") {
  const auto read = read_application_command(
      flink("1.20.5"), {"flink", "run-application", "-t", "yarn-application", "-D", "a.b=1", "-D",
                        "a.b=x=y", "-D", "c=", "/a.jar"});
  REQUIRE(read);
  CHECK(read->configuration == configuration_map{{"a.b", "x=y"}, {"c", ""}});
}

TEST_CASE("what only the client understands is refused, all of it at once") {
  const auto e = refusal(
      "1.20.5", {"flink", "run-application", "-t", "yarn-application", "-C", "file:///x.jar", "-D",
                 "no equals sign", "-D", "=x", "-py", "/a.py", "job.jar"});
  std::string found;
  for (const dm::problem& one : e.details) found += one.found + " ";
  for (const char* part : {"\"-C\"", "no equals sign", "\"=x\"", "\"-py\"", "\"job.jar\""}) {
    CAPTURE(part, found);
    CHECK(found.find(part) != std::string::npos);
  }
}

TEST_CASE("another command than application mode's is none") {
  refusal("1.20.5", {"flink", "run", "-m", "yarn-cluster", "-d", "/a.jar"});
  refusal("1.20.5", {"flink", "run", "-t", "yarn-application", "/a.jar"});
  refusal("2.3.0", {"flink", "run-application", "-t", "yarn-application", "/a.jar"});
  refusal("2.3.0", {"flink", "run", "-t", "yarn-session", "/a.jar"});
  refusal("2.3.0", {"flink", "run", "-t"});
  refusal("2.3.0", {});
}

TEST_CASE("a command that ends too early is refused") {
  refusal("2.3.0", {"flink", "run", "-t", "yarn-application"});
  refusal("2.3.0", {"flink", "run", "-t", "yarn-application", "-n"});
  refusal("2.3.0", {"flink", "run", "-t", "yarn-application", "-D"});
  refusal("2.3.0", {"flink", "run", "-t", "yarn-application", "-c", "examples.Job"});
}
