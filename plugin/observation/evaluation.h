// From what the sources said to a status: the rules of the status verb, without any request. A pure
// function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "input/component_data.h"
#include "observation/component_status.h"
#include "observation/observed_facts.h"

namespace dm::observation {

// The state and all that goes with it. data: the component's record. detail adds vertices and
// incarnations, and changes nothing else.
component_status evaluate(const input::component_data& data, const observed_facts& facts,
                          bool detail);

}  // namespace dm::observation
