// What create has returned, kept beside the component: for a host that has lost its own records.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/component_name.h"
#include "input/component_data.h"
#include "input/settings.h"
#include "io/operation.h"

namespace dm::placement {

inline constexpr std::string_view data_file_name = "data.json";

struct placed_component {
  component::component_name name;
  std::optional<input::component_data> data;
  std::optional<error> failure;  // why there is no data
};

// The components of a namespace that have a directory on this node, sorted by name; of one
// application, or one of its components, where these names are not empty. None is no error.
// `wanted` has valid names.
result<std::vector<placed_component>> find_placed(const input::settings& settings,
                                                  const io::operation& op,
                                                  const component::component_name& wanted);

}  // namespace dm::placement
