// Whether a component's metrics get where they are to go.
// SPDX-License-Identifier: Apache-2.0
#include "package/metrics_check.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "flink/command_builder.h"
#include "flink/installed_configuration.h"
#include "flink/metric_scopes.h"
#include "input/property_values.h"
#include "input/text_rules.h"
#include "package/configuration_check.h"
#include "package/metrics_plan.h"

namespace dm::package {

using input::settings;
using input::shown;
using input::split_list;

void check_metrics(const settings& settings, const component::component_name& name,
                   const flink::version& installed, descriptor_reading& reading) {
  key_values configuration = configuration_of(settings, name, reading.descriptor);
  metrics_plan plan = plan_metrics(settings, name, reading.descriptor, installed, configuration);
  reading.problems.append(std::move(plan.problems));
  for (warning& one : plan.warnings) add_warning(reading.warnings, std::move(one));
}

void check_installed_metrics(const settings& settings, const component::component_name& name,
                             const flink::version& installed, descriptor_reading& reading) {
  const descriptor& descriptor = reading.descriptor;
  const std::string directory = configuration_directory_of(settings, descriptor).path;
  if (!directory.starts_with('/')) return;
  const auto read =
      flink::read_installed_configuration(installed, descriptor.submission, directory);
  if (!read) return;
  key_values configuration = configuration_of(settings, name, descriptor);
  const metrics_plan plan = plan_metrics(settings, name, descriptor, installed, configuration);
  const std::string path = property_path("component_flink_metrics_reporters");
  for (const flink::installed_key& key : read->metrics) {
    // A list on the command line is read in its place.
    const bool lists = key.key == "metrics.reporters" &&
                       find_value(configuration, key.key) == nullptr &&
                       find_value(descriptor.option_configuration, key.key) == nullptr;
    if (lists) {
      const auto listed = split_list(key.value);
      for (const std::string& reporter : plan.reporters) {
        if (std::find(listed.begin(), listed.end(), reporter) != listed.end()) continue;
        add_warning(reading.warnings,
                    {path, fmt::format("{} is not told anything: {}:{} has {} without it; take the "
                                       "line out of that file, or name the reporters here",
                                       reporter, key.file, key.line, shown(key.key))});
      }
    }
    const auto scope = flink::scope_of_key(key.key);
    if (!scope || !plan.names_metrics || !flink::at_least(installed, 1, 19) ||
        key.key == flink::scope_key(installed, *scope)) {
      continue;
    }
    reading.problems.push_back(
        {fmt::format("{}:{}", key.file, key.line), key.key,
         fmt::format(
             "its newer name, {}: Flink {} fails where one key is the beginning of another, "
             "as metrics.scope.jm is, which names the metrics that are reported",
             flink::scope_key(installed, *scope), installed.text)});
  }
}

}  // namespace dm::package
