// Text that came from outside made visible: nothing in it is obeyed by a terminal, nothing is lost.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace dm::io {

enum class lines { kept, joined, shown };

// Control characters (C0, DEL, C1), line separators and what turns the direction of writing round
// become \x1b, \u202e; bytes that belong to no character \xff. Where lines are kept, line feed and
// tabulator stay; where they are joined, these and carriage return become blanks.
std::string visible_text(std::string_view text, lines of = lines::shown);

}  // namespace dm::io
