// Texts on a terminal: how many columns they take, cut and folded to what there is; and texts from
// elsewhere made harmless before they get there.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dmctl {

/// One line: control characters (C0, C1, DEL), those that turn the direction of writing, and bytes
/// that are no UTF-8 become \n, \t, \x1b, \u202e. Nothing is lost, and nothing moves a cursor.
std::string harmless(std::string_view text);
/// The same, but ends of lines and tabs stay: a piece of a log.
std::string harmless_lines(std::string_view text);

/// Columns of a harmless text: wide characters take two, combining ones none.
std::size_t columns(std::string_view text);
/// At most `limit` columns, with an ellipsis where something was cut off; 0: no limit.
std::string cut(std::string_view text, std::size_t limit);
std::string padded(std::string_view text, std::size_t wanted, bool right = false);
/// Broken at blanks into lines of at most `limit` columns, but for words that are longer; 0: no
/// limit. Ends of lines stay ends.
std::vector<std::string> folded(std::string_view text, std::size_t limit);

}  // namespace dmctl
