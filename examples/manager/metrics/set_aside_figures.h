// Operations that are left alone, for those who watch figures only.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/exposition.h"
#include "operation/set_aside_operations.h"

namespace manager::metrics {

/// How many, by noun and verb; the family is there when there are none, too. [any-thread]
void write_set_aside(exposition& into, const set_aside_operations& left);

}  // namespace manager::metrics
