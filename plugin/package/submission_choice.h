// How a component is submitted: what "auto" comes to, and what speaks against "direct".
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "input/settings.h"
#include "package/descriptor.h"

namespace dm::package {

// Of a descriptor whose submission is direct, asked for or by auto: with auto it becomes
// application where something needs Flink's client, and the reason is kept and told in a warning;
// else that is a problem. Reads Flink's configuration on this node.
void choose_submission(const input::settings& settings, const component::component_name& name,
                       const flink::version& installed, descriptor_reading& reading);

}  // namespace dm::package
