// What would change on this node if a component were made from another package: files, properties,
// command. Read from what create has placed; nothing is touched.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "io/operation.h"
#include "package/preparation.h"
#include "placement/component_plan.h"

namespace dm::placement {

struct planned_change {
  std::string path;  // "$.properties.component_flink_parallelism", "$.files.app.jar", "$.command"
  std::string from;
  std::string to;
};

struct placed_changes {
  std::vector<planned_change> changes;  // none: the same component would be made
  std::vector<std::string> not_known;   // what of the placed component could not be read
};

// plan, prepared: of the next package.
placed_changes changes_to(const input::settings& settings, const io::operation& op,
                          const input::component_data& placed, const component_plan& plan,
                          const package::preparation& prepared);

// The first argument after the last of `name`; empty: none.
std::string argument_after(const std::vector<std::string>& command, std::string_view name);

}  // namespace dm::placement
