// The flink command of a component.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "component/component_name.h"
#include "flink/installation.h"
#include "input/settings.h"
#include "package/descriptor.h"

namespace dm::package {

// The flink command with the placeholder in it. INVALID_ARGUMENT lists what the installed version
// cannot be given. `descriptor` is one without problems, `installed` a known version.
result<std::vector<std::string>> plan_command(const input::settings& settings,
                                              const component::component_name& name,
                                              const descriptor& descriptor,
                                              const flink::version& installed);

}  // namespace dm::package
