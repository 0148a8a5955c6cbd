// Restore points, for people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

namespace dmctl {

void show_savepoints(const json::value& told, output& out);
void show_savepoint(const json::value& told, output& out);

}  // namespace dmctl
