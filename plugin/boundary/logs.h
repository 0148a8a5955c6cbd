// The extension "dm.logs/1": its table.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dm_logs.h"

namespace dm::boundary {

extern const dm_logs logs_table;

}  // namespace dm::boundary
