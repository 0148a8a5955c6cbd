// A configuration that has problems, as far as it can be read: to look for more of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "configuration/configuration.h"

namespace manager {

/// As parse_configuration, but gives with problems, too, what could be read, with defaults in place
/// of what is wrong; nullopt when it is no JSON.
std::optional<configuration> read_configuration(std::string_view text,
                                                const std::filesystem::path& base,
                                                std::vector<problem>& problems);

/// Adds what a start would fail at besides the `problems` of such a configuration: nothing of what
/// is wrong already, or follows from it.
void check_rest(const configuration& settings, std::vector<problem>& problems);

}  // namespace manager
