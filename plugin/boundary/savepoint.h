// The extension "dm.savepoint/1". This version has its table, so that hosts can be built for it;
// its verbs say that they are not offered yet.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "dm_savepoint.h"

namespace dm::boundary {

extern const dm_savepoint savepoint_table;

}  // namespace dm::boundary
