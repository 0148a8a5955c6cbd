// A schedule against the settings of the node.
// SPDX-License-Identifier: Apache-2.0
#include "package/schedule_check.h"

#include "package/property_reader.h"
#include "package/schedule_plan.h"

namespace dm::package {

void check_schedule(const input::settings& settings, const component::component_name& name,
                    descriptor_reading& reading) {
  if (!reading.descriptor.schedule) return;
  const std::string path = property_path("component_flink_schedule");
  if (settings.oozie.url.empty()) {
    reading.problems.push_back(
        {path, "a schedule, and the deployment manager knows no Oozie",
         "a schedule where the setting oozie_url, or oozie_uri of the environment, names Oozie"});
    return;
  }
  // Only the account is not known here; accounts are plain (find_run_as_account).
  const oozie::run_command command =
      run_command_of(settings, name, *reading.descriptor.schedule, "account",
                     launcher_queue(settings, reading.descriptor));
  if (command.kind == oozie::action_kind::shell && command.resource_manager.empty()) {
    reading.problems.push_back({path, "a shell action, and no ResourceManager for it",
                                "the setting oozie_resource_manager, or the action ssh"});
  }
  if (command.kind == oozie::action_kind::shell && command.name_node.empty()) {
    reading.problems.push_back({path, "a shell action, and no NameNode for it",
                                "name_node in the environment, or the action ssh"});
  }
  if (!reading.problems.empty()) return;
  if (auto workflow = oozie::render_workflow("0000000000000000", command); !workflow)
    reading.problems.push_back({path, workflow.error().message, workflow.error().hint});
}

}  // namespace dm::package
