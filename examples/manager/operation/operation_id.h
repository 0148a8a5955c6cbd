// Names of operations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace manager {

/// A new one: 32 hex digits from the system's random source. [any-thread]
std::string make_operation_id();

}  // namespace manager
