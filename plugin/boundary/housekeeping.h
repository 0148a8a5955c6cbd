// The extension "dm.housekeeping/1": its table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dm_housekeeping.h"

namespace dm::boundary {

extern const dm_housekeeping housekeeping_table;

}  // namespace dm::boundary
