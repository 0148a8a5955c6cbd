// Text of others made fit to be shown: on a terminal, in a console's page, in a log.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace dm::health {

// Its first line, cut to `limit` bytes at a character, without secrets, and without what a terminal
// would obey: control characters, those of Unicode too, become \x1b, \u202e.
std::string shown(std::string_view text, std::size_t limit = 400);

// "1 node", "2 nodes".
std::string counted(std::int64_t count, std::string_view one);

// How many columns it takes, as far as a character is one column.
std::size_t columns(std::string_view text);

}  // namespace dm::health
