// The configuration file that an application's containers read.
// SPDX-License-Identifier: Apache-2.0
#include "flink/application_configuration.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <sstream>

#include "flink/configuration_file.h"
#include "io/json.h"
#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::flink;
namespace io = dm::io;
using list = std::vector<std::string>;

namespace {

const application_program program = {
    "examples.Job", "job.jar", {"--input", "a b"}, "application_1795438290778_0007"};

std::string rendered(const char* version, const configuration_map& configuration,
                     const application_program& what = program) {
  auto text = render_application_configuration(flink(version), configuration, what);
  if (!text) FAIL(text.error().text());
  return *text;
}

// The keys of flink-conf.yaml, as Flink reads them.
std::map<std::string, std::string> flat(const std::string& text) {
  std::map<std::string, std::string> keys;
  for (const configured_key& one : read_flat_configuration(text).keys) {
    CHECK_FALSE(keys.contains(one.key));
    keys[one.key] = one.value;
  }
  return keys;
}

// A line of config.yaml is a member of a JSON object.
io::json_document yaml(const std::string& text) {
  std::string object = "{";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    object += (object.size() > 1 ? "," : "") + line;
  auto document = io::parse_json(object + "}", "config.yaml");
  if (!document) FAIL(document.error().text());
  return std::move(*document);
}

list list_of(const io::json_value& value) {
  list elements;
  for (const io::json_value& one : value.GetArray()) elements.emplace_back(io::view(one));
  return elements;
}

}  // namespace

TEST_CASE("the file's name by version") {
  CHECK(application_configuration_name(flink("1.13.6")) == "flink-conf.yaml");
  CHECK(application_configuration_name(flink("1.18.1")) == "flink-conf.yaml");
  CHECK(application_configuration_name(flink("1.19.3")) == "config.yaml");
  CHECK(application_configuration_name(flink("2.3.0")) == "config.yaml");
}

TEST_CASE("the command's keys count over the node's, of which the last counts") {
  application_command command;
  command.configuration = {{"parallelism.default", "4"}, {"yarn.tags", "x"}};
  CHECK(merged_configuration({{"parallelism.default", "1", 1, true},
                              {"rest.port", "1", 2, true},
                              {"rest.port", "2", 3, true}},
                             command) ==
        configuration_map{{"parallelism.default", "4"}, {"rest.port", "2"}, {"yarn.tags", "x"}});
}

TEST_CASE("flink-conf.yaml has the configuration and what Flink's client adds") {
  const std::string version = GENERATE(as<std::string>(), "1.13.6", "1.15.4", "1.17.2", "1.18.1");
  const auto keys = flat(
      rendered(version.c_str(), {{"parallelism.default", "4"}, {"env.java.opts.all", "-Da=b: c"}}));
  CHECK(keys == std::map<std::string, std::string>{
                    {"parallelism.default", "4"},
                    {"env.java.opts.all", "-Da=b: c"},
                    {"execution.shutdown-on-attached-exit", "false"},
                    {"$internal.application.main", "examples.Job"},
                    {"$internal.application.program-args", "'--input';'a b'"},
                    {"$internal.yarn.log-config-file", "/log4j.properties"},
                    {"pipeline.jars", "'file:/job.jar'"},
                    {"high-availability.cluster-id", "application_1795438290778_0007"},
                    {"execution.target", "yarn-application"},
                    {"execution.attached", "true"},
                    {"internal.cluster.execution-mode", "NORMAL"}});
}

TEST_CASE("config.yaml has the same") {
  const std::string version = GENERATE(as<std::string>(), "1.19.3", "1.20.5", "2.0.2", "2.3.0");
  const auto document = yaml(rendered(version.c_str(), {{"parallelism.default", "4"}}));
  CHECK(io::view(document["parallelism.default"]) == "4");
  CHECK(io::view(document["$internal.application.main"]) == "examples.Job");
  CHECK(list_of(document["$internal.application.program-args"]) == list{"--input", "a b"});
  CHECK(list_of(document["pipeline.jars"]) == list{"file:/job.jar"});
  CHECK(io::view(document["high-availability.cluster-id"]) == "application_1795438290778_0007");
  CHECK(io::view(document["execution.target"]) == "yarn-application");
  CHECK(io::view(document["execution.attached"]) == "true");
  CHECK(io::view(document["execution.shutdown-on-attached-exit"]) == "false");
  CHECK(io::view(document["internal.cluster.execution-mode"]) == "NORMAL");
}

TEST_CASE("from 1.19 on arguments and values are carried byte for byte") {
  application_program what = program;
  what.arguments = {
      "x#y # z", "two\nlines\r\n", "\t",       "'",    "\"",       "\\",
      "$HOME",   "`id`",           "\xC3\xBC", "",     " blanks ", ";",
      "[1]",     "{a: b}",         "- x",      "null", "\x01\x7F", std::string(60'000, 'x')};
  const std::string text = rendered("1.20.5", {{"a.b", "c # d\ne: \"f\""}}, what);
  const auto document = yaml(text);
  CHECK(list_of(document["$internal.application.program-args"]) == what.arguments);
  CHECK(io::view(document["a.b"]) == "c # d\ne: \"f\"");
  for (const std::string& argument : what.arguments)
    CHECK(direct_argument_reason(flink("1.20.5"), argument).empty());
}

TEST_CASE("up to 1.18 a list's elements are in quotes, in which a quote stands twice") {
  application_program what = program;
  what.arguments = {"it's", ";", "\"x\"", "", "$HOME", " b "};
  CHECK(flat(rendered("1.18.1", {}, what))["$internal.application.program-args"] ==
        "'it''s';';';'\"x\"';'';'$HOME';' b '");
}

TEST_CASE("a program without arguments has no key for them") {
  application_program what = program;
  what.arguments.clear();
  CHECK_FALSE(flat(rendered("1.18.1", {}, what)).contains("$internal.application.program-args"));
  CHECK_FALSE(yaml(rendered("2.3.0", {}, what)).HasMember("$internal.application.program-args"));
}

TEST_CASE("up to 1.18 what the file cannot carry is refused before anything is sent") {
  for (const char* argument : {"x#y", "a#", "a\nb", "a\tb", "\x7F", "\xC3\xBC"}) {
    CAPTURE(argument);
    const auto reason = direct_argument_reason(flink("1.18.1"), argument);
    CHECK(reason.find("1.18.1") != std::string::npos);
    application_program what = program;
    what.arguments = {"fine", argument};
    const auto text = render_application_configuration(flink("1.18.1"), {}, what);
    REQUIRE_FALSE(text);
    CHECK(text.error().code == status_code::invalid_argument);
    REQUIRE_FALSE(text.error().details.empty());
    CHECK(text.error().details.front().path == "$.arguments");
    // Which one, and not what it says, which may be a secret.
    CHECK(text.error().details.front().found.find('2') != std::string::npos);
    CHECK(text.error().text().find(argument) == std::string::npos);
  }
  CHECK(direct_argument_reason(flink("1.18.1"), "it's; \"x\" $HOME").empty());
}

TEST_CASE("a value that the old file cannot carry is named by its key, and not shown") {
  const auto text = render_application_configuration(
      flink("1.17.2"), {{"s3.secret-key", "abc#def"}, {"env.java.opts", "a\nb"}, {"c", "d"}},
      program);
  REQUIRE_FALSE(text);
  REQUIRE(text.error().details.size() == 2);
  std::string said = text.error().text();
  for (const dm::problem& one : text.error().details) said += one.path + one.found + one.allowed;
  CHECK(said.find("s3.secret-key") != std::string::npos);
  CHECK(said.find("env.java.opts") != std::string::npos);
  CHECK(said.find("def") == std::string::npos);
}

TEST_CASE("what YARN's document says need not stand in the old file") {
  const auto keys = flat(rendered("1.17.2", {{"yarn.application.name", "job #1"}, {"empty", ""}}));
  CHECK_FALSE(keys.contains("yarn.application.name"));
  CHECK_FALSE(keys.contains("empty"));
}

TEST_CASE("no configuration says what runs: each key stands once, and is the program's") {
  const configuration_map configuration = {{"$internal.application.main", "evil.Main"},
                                           {"$internal.application.program-args", "evil"},
                                           {"$internal.yarn.log-config-file", "/evil"},
                                           {"pipeline.jars", "file:/evil.jar"},
                                           {"high-availability.cluster-id", "evil"},
                                           {"execution.target", "local"},
                                           {"execution.attached", "false"},
                                           {"internal.cluster.execution-mode", "DETACHED"}};
  const std::string old = rendered("1.18.1", configuration);
  CHECK(old.find("evil") == std::string::npos);
  CHECK(flat(old)["execution.target"] == "yarn-application");
  const std::string now = rendered("2.3.0", configuration);
  CHECK(now.find("evil") == std::string::npos);
  for (const auto& [key, value] : configuration) {
    const auto first = now.find("\"" + key + "\"");
    CAPTURE(key);
    REQUIRE(first != std::string::npos);
    CHECK(now.find("\"" + key + "\"", first + 1) == std::string::npos);
  }
}

TEST_CASE("a key cannot bring lines of its own with it") {
  const auto text = render_application_configuration(
      flink("1.18.1"), {{"a\n$internal.application.main", "evil.Main"}}, program);
  REQUIRE_FALSE(text);
  CHECK(text.error().details.front().path == "a");
  const auto document = yaml(rendered("2.3.0", {{"a\n$internal.application.main", "evil.Main"}}));
  CHECK(io::view(document["$internal.application.main"]) == "examples.Job");
}

TEST_CASE("what somebody has said of the attached exit counts") {
  CHECK(flat(rendered("1.18.1", {{"execution.shutdown-on-attached-exit",
                                  "true"}}))["execution.shutdown-on-attached-exit"] == "true");
}
