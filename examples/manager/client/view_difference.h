// What is other in a package than in another one, for people.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

namespace dmctl {

void show_difference(const json::value& told, output& out);

}  // namespace dmctl
