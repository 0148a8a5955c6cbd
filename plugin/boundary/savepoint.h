// The extension "dm.savepoint/1": its table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dm_savepoint.h"

namespace dm::boundary {

extern const dm_savepoint savepoint_table;

}  // namespace dm::boundary
