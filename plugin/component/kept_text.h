// Text that came from outside, as it may be kept and shown: no secret, no byte that is no
// character, no control character that a terminal would obey.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dm::component {

// Several lines, at most the last `limit` bytes of them, from the beginning of a line on where that
// costs little. What is secret is *** (INV-7); control characters but line feed and tabulator are
// shown as \xNN, so that the result may be longer than the limit.
std::string kept_text(std::string_view text, std::size_t limit);

// One line, at most the first `limit` bytes.
std::string kept_line(std::string_view text, std::size_t limit = 400);

}  // namespace dm::component
