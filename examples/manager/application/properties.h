// The one ordered property map that a plugin gets for a component: environment, package, request,
// fixed names, HDFS paths; later entries win in the place of earlier ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

struct component_identity {
  std::string application;
  std::string component;
  std::string user;

  std::string job_name() const { return application + "-" + component + "-job"; }
  std::string application_hdfs_root() const {
    return "/pnda/system/deployment-manager/applications/" + user + "/" + application;
  }
};

/// More properties of one component are refused, at deploy and in requests.
inline constexpr std::size_t most_properties = 1000;

/// Names of a component's properties, as properties.json and requests give them: without the prefix
/// component_, which the Deployment Manager adds. Adds to `problems`, with paths below `path`.
void check_property_names(const std::string& path, const json::value& properties,
                          std::vector<problem>& problems);

/// A plugin's message in the words of who wrote properties.json or the request: names of properties
/// without the prefix component_.
std::string in_own_spelling(std::string text);

/// What is known at deploy: environment_<key> and component_<key> of properties.json.
json::document package_properties(const json::value& environment, const json::value& defaults);

/// What is known at creation. `overrides` may be nullptr. Fixed names cannot be overridden.
json::document application_properties(const json::value& environment, const json::value& defaults,
                                      const json::value* overrides, const component_identity& who);

}  // namespace manager
