// What a plugin says of components when it is asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "plugin/plugin_directory.h"
#include "registry/application_store.h"

#include <string>
#include <vector>

namespace manager {

/// The entries of the plugin's status, in the order of `components`, which all are of `type`.
/// Throws failure, which says of what type the status was asked, when the plugin is away, refuses,
/// or does not answer for every one.
std::vector<json::document> plugin_status(plugin_directory& plugins, const std::string& type,
                                          const std::string& name_space,
                                          const std::vector<const component_record*>& components,
                                          bool detail, const plugin_call& call);

}  // namespace manager
