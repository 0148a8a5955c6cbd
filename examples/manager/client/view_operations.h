// Operations, for people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

namespace dmctl {

void show_operations(const json::value& told, output& out);
void show_operation(const json::value& told, output& out);

}  // namespace dmctl
