// What must hold of a component whatever has happened to the verbs on it: INV-1, INV-3, INV-5.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "running_component.h"

namespace conformance {

// Repeats a request as a host does: again while the error says that the same may succeed later,
// each time with a few seconds.
reply repeated(const running_component& c, dm_operation verb, const std::string& request);

// No more than one application lives; each savepoint that Flink has completed and nobody deleted is
// listed as one to start from.
void check_invariants(const running_component& c);
// Stops and destroys the component and checks that nothing of it is left on the node or in YARN.
void end_of_it(const running_component& c);

}  // namespace conformance
