// Refusals by the state of an object. Clients of the original know {"status": state}; people must
// know, too, of what it is the state, what is under way with it, and what they can do.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "registry/registry.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// Why `wanted`, a verb ("start") or what is asked for ("contents"), cannot be done with the
/// application as it is: 404 when there is none, else 409. `allowed` are the states that it needs.
/// Reads the journal for what is under way. [any-thread]
failure refused_by_state(registry& memory, const application_record& application,
                         std::string_view wanted, const std::vector<std::string_view>& allowed);

/// The same of a package; all but "deploy" need it DEPLOYED.
failure refused_by_state(registry& memory, const package_record& package, std::string_view wanted);

}  // namespace manager
