// Graphite's plaintext protocol: a report's numbers, one a line.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "health/finding.h"

namespace dm::health {

// "<metric> <number> <seconds>\n": numbers as they are, true and false as 1 and 0, health as 0, 1,
// 2 under its own name. Texts have no place there.
std::string graphite_lines(const report& all);

}  // namespace dm::health
