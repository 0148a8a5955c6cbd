// How Oozie begins a run of a component.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/component_name.h"
#include "input/settings.h"
#include "oozie/job_definition.h"
#include "package/descriptor.h"

namespace dm::package {

// Where the launcher of a shell action runs. A queue policy is asked for jobs alone, on the node
// that submits them: with one the launcher goes where the node's other jobs go, and never to a
// queue that the policy might refuse.
std::string launcher_queue(const input::settings& settings, const descriptor& descriptor);

// user: the component's; queue: the launcher's, or empty.
oozie::run_command run_command_of(const input::settings& settings,
                                  const component::component_name& name,
                                  const oozie::schedule& schedule, const std::string& user,
                                  const std::string& queue);

}  // namespace dm::package
