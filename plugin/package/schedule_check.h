// Whether this node's settings have what a schedule needs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "component/component_name.h"
#include "input/settings.h"
#include "package/descriptor.h"

namespace dm::package {

void check_schedule(const input::settings& settings, const component::component_name& name,
                    descriptor_reading& reading);

}  // namespace dm::package
