// What is looked at before an operation on an application is accepted.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "base/failure.h"
#include "base/json.h"
#include "package/package_metadata.h"
#include "registry/registry.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// Whatever is under way: the components are laid out, or were.
inline const std::vector<std::string_view> existing_states = {
    application_state::created, application_state::starting, application_state::started,
    application_state::stopping, application_state::destroying};

/// One that was never heard of is NOTCREATED.
application_record find_application(registry& memory, const std::string& name);

/// The same, with its state among `allowed`, which `wanted` needs; else throws as refused_by_state
/// says: 404 when there is none, 409.
application_record find_application_in(registry& memory, const std::string& name,
                                       std::string_view wanted,
                                       const std::vector<std::string_view>& allowed);

/// A second look, under the admission lock, at what was looked at without it, since accounts and
/// plugins had to be asked: throws failure(conflicting_state) when it is another one's by now.
void check_still_of_same_user(const application_record& seen, const application_record& now);

/// Throws so unless the package is deployed, which `wanted` needs.
package_record deployed_package(registry& memory, const std::string& package,
                                std::string_view wanted);
/// The same of one that was read already.
package_record deployed_package(registry& memory, package_record package, std::string_view wanted);

/// Throws failure(failed_connection) when a plugin that the application's components need cannot be
/// asked: nothing is accepted then that could only fail.
void check_plugins(const application_tools& tools, const std::string& name);

/// Throws failure(no_space) when unpacking the package would leave less than the reserve on the
/// disk: nothing is begun then that could only fail.
void check_space(const application_tools& tools, const package_metadata& metadata);

/// {type: {component: {property: value}}}, each a name, each type and component once, and no
/// component more properties than most_properties. `others` are members with a meaning of their
/// own. Adds to `problems`, some more than most_problems at the most.
void check_overrides(const json::value& body, const std::vector<std::string_view>& others,
                     std::vector<problem>& problems);

/// That the package has the types and components which overrides of the right shape name; others
/// would be kept and never used. Adds to `problems`, some more than most_problems at the most.
void check_named_components(const json::value& body, const std::vector<std::string_view>& others,
                            const package_metadata& metadata, std::vector<problem>& problems);

/// With a new id.
operation_record make_operation(const application_record& application, const std::string& verb,
                                const json::value& request, const std::string& user);

}  // namespace manager
