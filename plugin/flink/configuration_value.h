// What Flink's own configuration file on the way to the containers cannot carry.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "flink/dialect.h"

namespace dm::flink {

// The client writes its configuration into a file for the JobManager. Up to 1.20 that file
// (flink-conf.yaml) is cut at
// '#' and trimmed, silently (seen on 1.20.5), and a line break would add a key. Why `value` would
// not arrive as it is, or empty. Keys that only the client reads are exempt from what the file
// does.
std::string configuration_value_reason(const version& version, submission_mode mode,
                                       std::string_view key, std::string_view value);

// The same for an argument of the program, which travels in that file in application mode only.
std::string program_argument_reason(const version& version, submission_mode mode,
                                    std::string_view argument);

}  // namespace dm::flink
