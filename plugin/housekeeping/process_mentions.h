// Whether a process of this node was started with a name in its arguments or its environment.
// Inside housekeeping only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

#include "io/error.h"

namespace dm::housekeeping {

// Of the account's processes. An error: of one of them it could not be told.
result<bool> is_named_by_a_process(uid_t account, const std::string& name);

}  // namespace dm::housekeeping
