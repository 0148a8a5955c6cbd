// What is looked at before an operation on an application is accepted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "base/json.h"
#include "registry/registry.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// One that was never heard of is NOTCREATED.
application_record find_application(registry& memory, const std::string& name);

/// The same, with its state among `allowed`; else throws failure: 404 when there is none, 409 with
/// its state.
application_record find_application_in(registry& memory, const std::string& name,
                                       const std::vector<std::string_view>& allowed);

/// Throws failure(not_found, conflicting_state) unless the package is deployed.
package_record deployed_package(registry& memory, const std::string& package);

/// {type: {component: {property: value}}}; anything else would be ignored silently. `others` are
/// members with a meaning of their own. Adds to `problems`.
void check_overrides(const json::value& body, const std::vector<std::string_view>& others,
                     std::vector<problem>& problems);

/// With a new id.
operation_record make_operation(const application_record& application, const std::string& verb,
                                const json::value& request, const std::string& user);

}  // namespace manager
