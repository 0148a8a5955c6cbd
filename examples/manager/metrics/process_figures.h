// This process as the kernel sees it, under the names that Prometheus' own clients use.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "metrics/exposition.h"

namespace manager::metrics {

/// What /proc does not tell is left out.
void write_process(exposition& into);

}  // namespace manager::metrics
