// The detail of an application: its YARN applications, and all that the plugins know.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "observation/observations.h"
#include "registry/application_store.h"

#include <vector>

namespace manager {

/// {"yarn_applications": {"<type>-<component>": {...}}, "status", "name", "components": [...]}. A
/// component without a YARN application has no entry in the first.
json::document make_detail(const application_record& application,
                           const std::vector<component_record>& components,
                           const std::vector<observation>& seen);

}  // namespace manager
