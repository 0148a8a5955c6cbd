// Where a component is to run.
// SPDX-License-Identifier: Apache-2.0
#include "package/queue_plan.h"

#include <fmt/format.h>

#include "input/property_values.h"
#include "input/text_rules.h"
#include "package/flink_configuration.h"

namespace dm::package {

using input::settings;

queue_plan plan_queue(const settings& settings, const descriptor& descriptor) {
  queue_plan plan;
  const std::string* node = find_value(settings.flink_configuration, queue_key);
  if (!settings.default_queue.empty() || node == nullptr) {
    plan.fallback = settings.default_queue;
    plan.path = "$.settings.default_queue";
  } else {
    plan.fallback = *node;
    plan.path = fmt::format("$.settings.flink_configuration.{}", queue_key);
  }
  const auto ask = [&](const std::string& queue, std::string path) {
    if (queue.empty()) return;
    plan.requested = queue;
    plan.path = std::move(path);
  };
  // The descriptor takes one of these only.
  ask(descriptor.queue, property_path("component_flink_queue"));
  if (const std::string* key = find_value(descriptor.configuration, queue_key))
    ask(*key, property_path("component_flink_configuration") + "." + std::string(queue_key));
  if (const std::string* option = find_value(descriptor.option_configuration, queue_key))
    ask(*option, property_path("component_flink_config_args"));
  return plan;
}

std::vector<std::string> without_queue(const std::vector<std::string>& options) {
  const std::string setting = std::string(queue_key) + "=";
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const bool property = options[i] == "-yD" || options[i] == "-D";
    if (property && i + 1 < options.size() && options[i + 1].starts_with(setting)) {
      ++i;
    } else {
      kept.push_back(options[i]);
    }
  }
  return kept;
}

void check_queue_request(const settings& settings, descriptor_reading& reading) {
  if (settings.queue_policy.empty()) return;
  const queue_plan plan = plan_queue(settings, reading.descriptor);
  if (plan.requested.empty() || input::is_queue(plan.requested)) return;
  reading.problems.push_back({plan.path, input::shown(plan.requested),
                              "a YARN queue, which this node's queue policy is asked for: 1 to 255 "
                              "of A-Z a-z 0-9 . _ -, not beginning with a hyphen"});
}

}  // namespace dm::package
