// What a start, a resume or an upgrade would do, for people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

namespace dmctl {

void show_plan(const json::value& told, output& out);

}  // namespace dmctl
