// Whether a component's metrics get where they are to go, as far as this node tells.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "component/component_name.h"
#include "flink/installation.h"
#include "input/settings.h"
#include "package/descriptor.h"

namespace dm::package {

// Adds what is wrong with the reporters that the component asks for, and warns of those that it
// would have by default and has not.
void check_metrics(const input::settings& settings, const component::component_name& name,
                   const flink::version& installed, descriptor_reading& reading);

// The same for Flink's configuration file on this node, which can switch a reporter off, or has an
// old key that could not stand beside ours. A file that cannot be read is told by
// check_installed_configuration.
void check_installed_metrics(const input::settings& settings, const component::component_name& name,
                             const flink::version& installed, descriptor_reading& reading);

}  // namespace dm::package
