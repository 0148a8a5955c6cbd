// The flink command of a component.
// SPDX-License-Identifier: Apache-2.0
#include "package/command_plan.h"

#include <fmt/format.h>

#include "flink/changelog.h"
#include "flink/printed_output.h"
#include "input/text_rules.h"
#include "package/component_layout.h"
#include "package/flink_configuration.h"
#include "package/jvm_flags.h"
#include "package/metrics_plan.h"
#include "package/queue_plan.h"

namespace dm::package {

using input::settings;

namespace {

error not_restorable(const flink::version& installed) {
  std::vector<problem> problems;
  problems.push_back({"$.configuration", "state.changelog.enabled = true",
                      fmt::format("false, or none: Flink {} restores such a job only if it may "
                                  "delete what it is restored from (claim mode claim), and a "
                                  "component's restarts must leave its restore points alone",
                                  installed.text)});
  return input::invalid("no restart could go on with the job's state", std::move(problems));
}

// What a program prints for months must not fill a container's disk: where Flink can, it goes to
// the log, which rolls as the component's properties say, unless somebody has said otherwise. A
// logging of somebody's own may never roll.
void bound_printed_output(const descriptor& descriptor, const flink::version& installed,
                          key_values& configuration) {
  const bool said =
      find_value(configuration, flink::printed_output_key) != nullptr ||
      find_value(descriptor.option_configuration, flink::printed_output_key) != nullptr;
  if (said || !descriptor.client_configuration || !flink::can_log_printed_output(installed)) return;
  set_value(configuration, flink::printed_output_key, std::string(flink::printed_output_in_log));
}

}  // namespace

result<std::vector<std::string>> plan_command(const settings& settings,
                                              const component::component_name& name,
                                              const descriptor& descriptor,
                                              const flink::version& installed) {
  const component_layout layout = layout_of(settings, name);
  flink::submission submission;
  submission.mode = descriptor.submission;
  submission.flink_command = settings.flink_command;
  submission.configuration = configuration_of(settings, name, descriptor);
  metrics_plan metrics =
      plan_metrics(settings, name, descriptor, installed, submission.configuration);
  if (!metrics.problems.empty())
    return fail(input::invalid("the metrics cannot be reported", std::move(metrics.problems)));
  bound_printed_output(descriptor, installed, submission.configuration);
  add_start_profile(descriptor, installed, settings, submission.configuration);
  submission.extra_options =
      settings.queue_policy.empty() ? descriptor.options : without_queue(descriptor.options);
  if (descriptor.parallelism) submission.parallelism = fmt::to_string(*descriptor.parallelism);
  submission.ship_directories = {layout.classpath};
  for (std::string& path : metrics.ship) submission.ship_directories.push_back(std::move(path));
  if (descriptor.python()) {
    submission.main_python = layout.package + "/" + descriptor.main_python;
    for (const std::string& file : descriptor.python_files)
      submission.python_files.push_back(layout.package + "/" + file);
    submission.python_executable = descriptor.python_executable;
    submission.python_client_executable = descriptor.python_client_executable;
  } else {
    submission.main_jar = layout.package + "/" + descriptor.main_jar;
    submission.main_class = descriptor.main_class;
  }
  submission.arguments = descriptor.arguments;
  auto command = flink::render_command(installed, submission);
  if (command && flink::uses_changelog(*command) && !flink::changelog_claim_mode(installed))
    return fail(not_restorable(installed));
  return command;
}

}  // namespace dm::package
