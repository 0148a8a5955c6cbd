// What the plugins see of components at this moment, for decisions; what is shown comes from
// observation/observations.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/application_tools.h"
#include "base/cancellation.h"
#include "base/json.h"

#include <string>
#include <vector>

namespace manager {

/// The entries of their plugins' status, in the order of the components; an empty object of what a
/// plugin could not tell. `cancel` may be nullptr. Throws nothing.
std::vector<json::document> see_now(const application_tools& tools,
                                    const std::vector<component_record>& components, bool detail,
                                    cancellation* cancel);

/// Whether it says that the component is wanted, or that something of it lives (INV-10: what could
/// not be told says neither).
bool is_wanted_or_lives(const json::value& status);

/// Why its newest run ended or is not there, by whoever said so; empty: nobody has.
std::string newest_cause(const json::value& status);

}  // namespace manager
