// A report as people and programs read it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "health/finding.h"

namespace dm::health {

// A table with one line for each thing that was looked at, then the causes. With colour: for a
// terminal.
std::string as_table(const report& all, bool colour);

// One JSON object, in one line: {"schema":1,"metric","health","observed_at","took_ms","causes",
// "findings":[{"subject","health","took_ms"?,"says","causes":[{"health","text"}]}],
// "figures":{<metric>: value}}.
std::string as_json(const report& all);

}  // namespace dm::health
