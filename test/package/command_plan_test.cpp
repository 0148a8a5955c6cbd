// The flink command of a component: what stands in it by default, by version.
#include "package/command_plan.h"

#include <catch2/catch.hpp>

#include "flink/printed_output.h"
#include "support/node.h"

using namespace dm::package;
using dm::test::json;
using dm::test::node;

namespace {

const dm::component::component_name name{"prod", "clicks", "counter_1"};

struct case_of_printing {
  std::string settings = {};
  std::string properties = {};
  const char* version = "1.20.5";
  bool own_logging = true;  // the component's own log4j.properties
};

// Every word of the command that names where printed text goes.
std::vector<std::string> printed_output_words(const node& node, const case_of_printing& given) {
  auto settings = dm::input::read_settings(node.document("", given.settings), "");
  if (!settings) FAIL(settings.error().text());
  const auto version = *dm::flink::parse_version(given.version);
  const auto document = json("{'component_main_jar':'app.jar'" + given.properties + "}");
  descriptor_reading reading =
      read_descriptor(read_properties(document), name, version, references::complete);
  for (const auto& p : reading.problems) FAIL(p.path + ": " + p.found);
  if (given.own_logging) reading.descriptor.client_configuration.emplace();
  const auto command = plan_command(*settings, name, reading.descriptor, version);
  if (!command) FAIL(command.error().text());
  std::vector<std::string> found;
  for (const std::string& word : *command) {
    if (word.find(dm::flink::printed_output_key) != std::string::npos) found.push_back(word);
  }
  return found;
}

using words = std::vector<std::string>;

}  // namespace

TEST_CASE("what a program prints goes to the log that rolls, from Flink 1.19 on") {
  const node node;
  const words in_log{"taskmanager.system-out.mode=LOG"};
  CHECK(printed_output_words(node, {}) == in_log);
  CHECK(printed_output_words(node, {.version = "1.19.3"}) == in_log);
  CHECK(printed_output_words(node, {.version = "1.18.1"}).empty());
  CHECK(printed_output_words(node, {.version = "1.13.6"}).empty());
}

TEST_CASE("from Flink 2 on, too, in application mode") {
  const node node;
  CHECK(printed_output_words(node, {.properties = ",'component_flink_submission':'application'",
                                    .version = "2.3.0"}) ==
        words{"taskmanager.system-out.mode=LOG"});
}

TEST_CASE("what somebody has said about printed text counts") {
  const node node;
  CHECK(printed_output_words(node, {.properties = ",'component_flink_configuration':"
                                                  "{'taskmanager.system-out.mode':'DEFAULT'}"}) ==
        words{"taskmanager.system-out.mode=DEFAULT"});
  CHECK(printed_output_words(node, {.properties = ",'component_flink_config_args':"
                                                  "'-yD taskmanager.system-out.mode=IGNORE'"}) ==
        words{"taskmanager.system-out.mode=IGNORE"});
  CHECK(printed_output_words(node, {.settings = "'flink_configuration':"
                                                "{'taskmanager.system-out.mode':'IGNORE'}"}) ==
        words{"taskmanager.system-out.mode=IGNORE"});
}

TEST_CASE("a logging of somebody's own is left alone: who knows whether it rolls") {
  const node node;
  CHECK(printed_output_words(node, {.own_logging = false}).empty());
}
