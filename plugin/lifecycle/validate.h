// The validate verb: every problem of a descriptor at once; touches nothing.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/component_name.h"
#include "context/session.h"
#include "package/properties.h"
#include "package/warning.h"

namespace dm::lifecycle {

enum class validation_scope { package, properties, staged };

struct validate_request {
  component::component_name name;  // application may be empty in scope package
  std::string user;                // may be empty
  validation_scope scope = validation_scope::properties;
  bool online = false;  // ask the cluster too: queue, memory
  package::property_map properties;
  std::vector<std::string> files;  // scope package: names below the component's folder
  std::string staged_path;         // scope staged: absolute
};
struct validate_reply {
  std::vector<package::warning> warnings;
  std::optional<error> failure;  // INVALID_ARGUMENT with every problem in details
};
validate_reply validate(context::session& session, const io::operation& op,
                        const validate_request& request);

}  // namespace dm::lifecycle
