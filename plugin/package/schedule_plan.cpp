// The process of a run.
// SPDX-License-Identifier: Apache-2.0
#include "package/schedule_plan.h"

#include <fmt/format.h>

#include "package/component_layout.h"
#include "package/queue_plan.h"

namespace dm::package {

std::string launcher_queue(const input::settings& settings, const descriptor& descriptor) {
  queue_plan plan = plan_queue(settings, descriptor);
  const bool asked_for = settings.queue_policy.empty() && !plan.requested.empty();
  return std::move(asked_for ? plan.requested : plan.fallback);
}

oozie::run_command run_command_of(const input::settings& settings,
                                  const component::component_name& name,
                                  const oozie::schedule& schedule, const std::string& user,
                                  const std::string& queue) {
  const input::oozie_settings& oozie = settings.oozie;
  oozie::run_command command;
  command.kind = schedule.action.value_or(oozie.action);
  command.host =
      oozie.ssh_host.empty() ? fmt::format("{}@{}", user, settings.node) : oozie.ssh_host;
  command.resource_manager = oozie.resource_manager;
  command.name_node = oozie.name_node;
  command.queue = queue;
  command.guard = settings.guard;
  command.options = {"--spec", layout_of(settings, name).guard_file, "--user", user};
  return command;
}

}  // namespace dm::package
