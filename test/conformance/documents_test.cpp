// What hosts send: DM-7 and DM-13, and documents that nobody should send. Nothing of it may do harm
// or go unanswered.
// SPDX-License-Identifier: Apache-2.0
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include "host.h"
#include "surroundings.h"

using namespace conformance;

namespace {

struct fixture {
  library plugin;
  node_folder node;
  refused_port nobody;
  recorder record{DM_LOG_OFF};
  session opened{plugin, record, environment_document(node, nobody.number())};
};

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// Every failure is described, and none is the plugin's own.
void check_answered(const reply& answer) {
  CHECK(answer.json.IsObject());
  if (answer.status != DM_STATUS_OK) {
    CHECK_FALSE(answer.error_code().empty());
    CHECK_FALSE(answer.error_message().empty());
  }
  CHECK(answer.status != DM_STATUS_INTERNAL);
}

}  // namespace

TEST_CASE("DM-7: garbage in place of a document is INVALID_ARGUMENT") {
  fixture f;
  const std::vector<std::string> garbage = {
      "",
      " ",
      "\0",
      std::string("\0\0\0\0", 4),
      "null",
      "true",
      "0",
      "\"text\"",
      "[]",
      "[{}]",
      "{",
      "}",
      "{\"schema\":1",
      "{\"schema\":1,}",
      "{\"schema\":1}{\"schema\":1}",
      "{\"schema\":01}",
      "{'schema':1}",
      "{schema:1}",
      "{\"schema\":NaN}",
      "{\"schema\":1e999}",
      "{\"schema\":-}",
      "{\"schema\":1,\"namespace\":\"\xC0\xAF\"}",
      "{\"schema\":1,\"namespace\":\"\xED\xA0\x80\"}",
      "{\"schema\":1,\"namespace\":\"\\ud800\"}",
      "{\"schema\":1,\"namespace\":\"\\x\"}",
      "{\"schema\":1,\"namespace\":\"line\nend\"}",
      "\xEF\xBB\xBF{\"schema\":1}",
      "{\"schema\":1} \xFF",
      std::string("{\"schema\":1,\"a\":\"b\0c\"}", 22),
      repeated("[", 100'000),
      repeated("{\"a\":", 100'000),
      repeated("[", 100'000) + repeated("]", 100'000),
      R"({"schema":1,"properties":)" + repeated("{\"a\":", 100'000) + "1" + repeated("}", 100'000) +
          "}",
      repeated("9", 1'000'000),
      R"({"schema":)" + repeated("9", 400) + "}",
      R"({"schema":1,"detail":1.0)" + repeated("0", 10'000) + "}",
      "\"" + repeated("a", 1'000'000),
  };
  for (const std::string& request : garbage) {
    for (const auto& [name, verb] : verbs(f.plugin)) {
      INFO(name << " of " << request.substr(0, 60) << " (" << request.size() << " bytes)");
      const reply answer = f.opened.run(verb, request);
      CHECK(answer.status == DM_STATUS_INVALID_ARGUMENT);
      check_answered(answer);
      CHECK(answer.text.size() < 10'000);
    }
    dm_session* second = nullptr;
    CHECK(f.plugin->open(f.record.host(), lend(request), &second, nullptr) ==
          DM_STATUS_INVALID_ARGUMENT);
    CHECK(second == nullptr);
  }
}

TEST_CASE("DM-7: every prefix of a good request is refused") {
  fixture f;
  for (const auto& [name, verb] : verbs(f.plugin)) {
    const std::string request = good_request(name);
    for (std::size_t size = 0; size < request.size(); ++size) {
      INFO(name << " cut to " << size << " bytes");
      CHECK(f.opened.run(verb, request.substr(0, size)).status == DM_STATUS_INVALID_ARGUMENT);
    }
  }
}

TEST_CASE("DM-7: a required member that is missing is named with its path, and all are at once") {
  fixture f;
  for (const auto& [name, verb] : verbs(f.plugin)) {
    INFO(name);
    const reply answer = f.opened.run(verb, "{}");
    CHECK(answer.status == DM_STATUS_INVALID_ARGUMENT);
    CHECK(answer.has_detail("$.schema"));
    CHECK(answer.has_detail(is_batch(name) ? "$.components" : "$.component"));
    CHECK(answer.json["error"]["details"].Size() >= 2);
  }
  const reply create = f.opened.run(f.plugin->create, "{}");
  for (const char* path : {"$.namespace", "$.application", "$.component", "$.user", "$.package",
                           "$.staged_path", "$.properties"}) {
    INFO(path);
    CHECK(create.has_detail(path));
  }
}

TEST_CASE("DM-7: another schema version is refused, with the ones that are understood") {
  fixture f;
  for (const char* schema :
       {"0", "2", "-1", "1.0", "\"1\"", "true", "[1]", "99999999999999999999"}) {
    for (const auto& [name, verb] : verbs(f.plugin)) {
      INFO(name << " with schema " << schema);
      std::string request = good_request(name);
      request.replace(request.find("\"schema\":1"), 10, std::string("\"schema\":") + schema);
      const reply answer = f.opened.run(verb, request);
      CHECK(answer.status == DM_STATUS_INVALID_ARGUMENT);
      CHECK(answer.has_detail("$.schema"));
    }
    INFO("environment with schema " << schema);
    std::string environment = environment_document(f.node, f.nobody.number());
    environment.replace(environment.find("\"schema\":1"), 10, std::string("\"schema\":") + schema);
    dm_session* second = nullptr;
    CHECK(f.plugin->open(f.record.host(), lend(environment), &second, nullptr) ==
          DM_STATUS_INVALID_ARGUMENT);
    f.plugin->close(second);
  }
}

TEST_CASE("DM-7: members that are not known are ignored") {
  fixture f;
  for (const char* verb_name : {"validate", "status", "list", "figures"}) {
    for (const auto& [name, verb] : verbs(f.plugin)) {
      if (std::string(name) != verb_name) continue;
      std::string request = good_request(name);
      request.insert(1, R"("from_the_future":{"a":[1,2,{"b":null}]},"$x":1e5,)");
      CHECK(f.opened.run(verb, request).status == DM_STATUS_OK);
    }
  }
  std::string environment = environment_document(f.node, f.nobody.number());
  environment.insert(1, R"("from_the_future":[{}],)");
  dm_session* second = nullptr;
  CHECK(f.plugin->open(f.record.host(), lend(environment), &second, nullptr) == DM_STATUS_OK);
  f.plugin->close(second);
}

TEST_CASE("DM-13: members of every wrong type are answered, never a crash") {
  fixture f;
  const std::vector<std::string> values = {"null",
                                           "true",
                                           "-1",
                                           "1e300",
                                           "18446744073709551616",
                                           "\"\"",
                                           "\"\\u0000\"",
                                           "\"../../etc/passwd\"",
                                           "\"%n%s\"",
                                           "[]",
                                           "[[]]",
                                           "{}",
                                           "{\"\":{}}",
                                           "\"" + repeated("x", 5000) + "\""};
  const std::vector<std::string> members = {"schema",      "scope",
                                            "online",      "namespace",
                                            "application", "component",
                                            "user",        "properties",
                                            "files",       "staged_path",
                                            "package",     "data",
                                            "wait",        "accept_state_loss",
                                            "savepoint",   "drain",
                                            "kill",        "savepoints",
                                            "components",  "detail",
                                            "operation",   "format",
                                            "directory",   "states",
                                            "kind",        "limit",
                                            "after",       "verify",
                                            "claim_mode",  "allow_non_restored_state",
                                            "foreign",     "force",
                                            "reason",      "next",
                                            "incident",    "logs"};
  for (const auto& [name, verb] : verbs(f.plugin)) {
    for (const std::string& member : members) {
      for (const std::string& value : values) {
        INFO(name << ": " << member << " = " << value.substr(0, 40));
        rapidjson::Document request;
        request.Parse(good_request(name).c_str());
        REQUIRE(request.IsObject());
        // As text, so that the member is there twice where the request has it: whichever is read,
        // nothing may break.
        std::string text = good_request(name);
        text.insert(1, fmt::format("\"{}\":{},", member, value));
        const call bounded(f.plugin, f.opened, 5000);
        check_answered(f.opened.run(verb, text, bounded.get()));
      }
    }
  }
}

TEST_CASE(
    "DM-13: properties with every wrong type and odd text are refused or taken, never a crash") {
  fixture f;
  for (const char* scope : {"package", "properties", "staged"}) {
    for (const char* value :
         {"null", "true", "1e999", "-0", "[]", "[1,[2]]", "{}", "{\"a\":{\"b\":[]}}", "\"\"",
          "\"a\\nb\"", "\"\\u0000\"", "\"${component_main_jar}\"", "\"$\"", "\"\\u202e\""}) {
      for (const char* name :
           {"component_main_jar", "component_main_class", "component_flink_parallelism",
            "component_flink_configuration", "component_flink_tags", "component_application_args",
            "component_flink_config_args", "component_respawn_type", "", "component_", "\\u0000"}) {
        INFO(scope << " " << name << " = " << value);
        const std::string request = fmt::format(
            R"({{"schema":1,"scope":"{}","namespace":"test","application":"app","component":"c",)"
            R"("staged_path":"/nonexistent","files":["{}"],"properties":{{"{}":{}}}}})",
            scope, name, name, value);
        check_answered(f.opened.run(f.plugin->validate, request));
      }
    }
  }
}

TEST_CASE("DM-13: requests with random bytes changed are answered, never a crash") {
  fixture f;
  std::mt19937 random(20'240'607);  // the same every time
  for (const auto& [name, verb] : verbs(f.plugin)) {
    const std::string good = good_request(name);
    for (int i = 0; i < 300; ++i) {
      std::string request = good;
      for (std::uint32_t changes = 1 + random() % 4; changes > 0; --changes) {
        const std::size_t at = random() % request.size();
        switch (random() % 3) {
          case 0:
            request[at] = static_cast<char>(random() % 256);
            break;
          case 1:
            request.erase(at, 1 + random() % 8);
            break;
          default:
            request.insert(at, request.substr(random() % request.size(), random() % 16));
            break;
        }
        if (request.empty()) request = "{";
      }
      INFO(name << ": " << request);
      const call bounded(f.plugin, f.opened, 5000);
      check_answered(f.opened.run(verb, request, bounded.get()));
    }
  }
}

TEST_CASE("A status entry that is malformed is its own error, not the batch's") {
  fixture f;
  const std::string request =
      R"({"schema":1,"components":[{)" + component_members("first") +
      R"(},7,{"namespace":"test","application":"../..","component":"c","data":{}},{)" +
      component_members("last") + "}]}";
  const reply answer = f.opened.run(f.plugin->status, request);
  REQUIRE(answer.status == DM_STATUS_OK);
  const auto& components = answer.json["components"];
  REQUIRE(components.Size() == 4);
  CHECK(std::string(components[0]["component"].GetString()) == "first");
  CHECK_FALSE(components[0].HasMember("error"));
  for (rapidjson::SizeType i : {1U, 2U}) {
    CHECK(std::string(components[i]["state"].GetString()) == "UNKNOWN");
    CHECK(std::string(components[i]["error"]["code"].GetString()) == "INVALID_ARGUMENT");
    const std::string path = components[i]["error"]["details"][0]["path"].GetString();
    CHECK(path.starts_with("$.components[" + std::to_string(i) + "]"));
  }
  CHECK(std::string(components[3]["component"].GetString()) == "last");
}

TEST_CASE("All that is wrong with an environment document is told at once") {
  const library plugin;
  const recorder record(DM_LOG_OFF);
  dm_session* opened = nullptr;
  dm_document document{};
  const std::string environment =
      R"({"schema":1,"environment":{"namespace":"No Such","yarn_resource_manager_port":"seventy"},)"
      R"("settings":{"state_root":"relative","submission_slots":-1,"supervisor_password":"hunter2\nx"}})";
  CHECK(plugin->open(record.host(), lend(environment), &opened, &document) ==
        DM_STATUS_INVALID_ARGUMENT);
  const std::string text(document.data, document.size);
  plugin->release(&document);
  for (const char* path : {"$.environment.namespace", "$.environment.yarn_resource_manager_port",
                           "$.environment.webhdfs_host", "$.settings.state_root",
                           "$.settings.submission_slots", "$.settings.supervisor_password"}) {
    INFO(path << " in " << text);
    CHECK(text.find(path) != std::string::npos);
  }
  CHECK(text.find("hunter2") == std::string::npos);  // INV-7
}
