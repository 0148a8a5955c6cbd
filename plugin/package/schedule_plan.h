// How Oozie begins a run of a component.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "component/component_name.h"
#include "input/settings.h"
#include "oozie/job_definition.h"

namespace dm::package {

// user: the component's; queue: its own, or empty.
oozie::run_command run_command_of(const input::settings& settings,
                                  const component::component_name& name,
                                  const oozie::schedule& schedule, const std::string& user,
                                  const std::string& queue);

}  // namespace dm::package
