// What is seen of components before anything is done to them: for who chooses, and for a dry run.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "metrics/component_figures.h"
#include "observation/observations.h"
#include "registry/fleet_store.h"
#include "registry/registry.h"

#include <string_view>
#include <vector>

namespace manager {

struct fleet_sight {
  registry& memory;
  observations& seen;
  metrics::component_figures& figures;
};

/// What a dry run tells of each row: "now", of what was seen of its component, "savable", whether
/// its tasks run, where `saves` and it lives, and "savepoint_at" of its newest savepoint.
/// [any-thread]
void tell_sight(const fleet_sight& sight, bool saves, std::vector<fleet_member>& rows);

}  // namespace manager
