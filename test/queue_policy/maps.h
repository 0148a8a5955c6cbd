// The rules of the original platform's two maps, one for each of its schedulers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace dm::test::maps {

inline constexpr std::string_view capacity_scheduler =
    "# Queues by their names.\n"
    "\n"
    "pnda: default\n"
    "\n"
    ":prod prod\n"
    ":prod dev\n"
    ":dev dev\n";

inline constexpr std::string_view fair_scheduler =
    "# Queues by their paths.\n"
    "\n"
    "pnda: root.default\n"
    "\n"
    ":prod root.applications.prod\n"
    ":prod root.applications.dev\n"
    ":dev root.applications.dev\n";

}  // namespace dm::test::maps
