// The configuration file of flink-health.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "health/settings.h"
#include "io/problem_list.h"

namespace dm::health {

// A JSON object with the members of `settings`; what is absent keeps its default. `name` is the
// file's, for messages. Problems are of form only: names that are not known, values of another
// type. What a value may be is looked at by check_settings(), whoever gave it.
settings read_settings(std::string_view text, const std::string& name, problem_list& problems);

}  // namespace dm::health
