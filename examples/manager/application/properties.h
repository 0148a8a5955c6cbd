// The one ordered property map that a plugin gets for a component: environment, package, request,
// fixed names, HDFS paths; later entries win in the place of earlier ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <string>
#include <string_view>

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

/// What is known at deploy: environment_<key> and component_<key> of properties.json.
json::document package_properties(const json::value& environment, const json::value& defaults);

/// What is known at creation. `overrides` may be nullptr. Fixed names cannot be overridden.
json::document application_properties(const json::value& environment, const json::value& defaults,
                                      const json::value* overrides, const component_identity& who);

}  // namespace manager
