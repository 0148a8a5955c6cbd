// The table that dm_plugin_entry hands out.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dm_plugin.h"

namespace dm::boundary {

// Constant and initialised when the library is mapped: nothing runs before the first call (DM-2).
extern const dm_plugin plugin_table;

}  // namespace dm::boundary
