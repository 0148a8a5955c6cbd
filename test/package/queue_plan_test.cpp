// Which queue a component asks for, and what a node with a policy makes of it.
#include "package/queue_plan.h"

#include <catch2/catch.hpp>

using namespace dm::package;
using dm::input::settings;
using words = std::vector<std::string>;

TEST_CASE("the queue that a component asks for, wherever it says so") {
  settings node;
  node.default_queue = "misc";
  descriptor none;
  CHECK(plan_queue(node, none).requested.empty());
  CHECK(plan_queue(node, none).fallback == "misc");
  CHECK(plan_queue(node, none).path == "$.settings.default_queue");
  descriptor property;
  property.queue = "a";
  CHECK(plan_queue(node, property).requested == "a");
  CHECK(plan_queue(node, property).path == "$.properties.component_flink_queue");
  descriptor key;
  key.configuration = {{"yarn.application.queue", "b"}};
  CHECK(plan_queue(node, key).requested == "b");
  CHECK(plan_queue(node, key).path ==
        "$.properties.component_flink_configuration.yarn.application.queue");
  descriptor option;
  option.option_configuration = {{"yarn.application.queue", "c"}};
  CHECK(plan_queue(node, option).requested == "c");
  CHECK(plan_queue(node, option).path == "$.properties.component_flink_config_args");
}

TEST_CASE("the node's queue, by the setting of that name or by Flink's key") {
  settings node;
  CHECK(plan_queue(node, {}).fallback.empty());
  node.flink_configuration = {{"yarn.application.queue", "low"}};
  CHECK(plan_queue(node, {}).fallback == "low");
  node.default_queue = "misc";
  CHECK(plan_queue(node, {}).fallback == "misc");
}

TEST_CASE("options without the queue, and nothing else without it") {
  CHECK(without_queue({"-yD", "yarn.application.queue=a", "-p", "2"}) == words{"-p", "2"});
  CHECK(without_queue({"-D", "a=b", "-D", "yarn.application.queue=a"}) == words{"-D", "a=b"});
  const words others = {"-C", "yarn.application.queue=a", "-yD", "yarn.application.queues=a"};
  CHECK(without_queue(others) == others);
  CHECK(without_queue({"-yD"}) == words{"-yD"});
}

TEST_CASE("what would be no queue as an argument is refused where a policy is asked (INV-8)") {
  settings node;
  descriptor_reading reading;
  reading.descriptor.option_configuration = {{"yarn.application.queue", "--map=/tmp/mine"}};
  check_queue_request(node, reading);
  CHECK(reading.problems.empty());
  node.queue_policy = "/opt/policy";
  check_queue_request(node, reading);
  REQUIRE(reading.problems.count() == 1);
  CHECK(reading.problems.details().front().path == "$.properties.component_flink_config_args");
  descriptor_reading good;
  good.descriptor.queue = "root.a";
  check_queue_request(node, good);
  CHECK(good.problems.empty());
}
