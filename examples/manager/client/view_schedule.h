// When a component runs, where a schedule begins its runs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/output.h"

#include <cstddef>

namespace dmctl {

/// Of a component of …/detail: its coordinator, the next run, what it missed, and its newest runs.
/// Nothing of one that has no schedule.
void show_schedule(const json::value& component, output& out, std::size_t most_runs);
/// The same of all components, each under its name.
void show_schedules(const json::value& detail, output& out);

}  // namespace dmctl
