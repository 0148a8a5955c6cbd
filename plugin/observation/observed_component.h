// A component under observation: its record, and what has been said about it so far. Inside
// observation only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include "input/component_data.h"
#include "observation/observed_facts.h"

namespace dm::observation {

struct observed_component {
  const input::component_data* data;
  observed_facts facts;
};
using observed_batch = std::vector<observed_component*>;

}  // namespace dm::observation
