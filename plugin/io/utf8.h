// UTF-8 that came from outside: checked, repaired, cut between characters. RapidJSON writes what it
// is given, and one invalid byte in a file's name must not make a whole reply unreadable.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace dm::io {

// Length in bytes of the well-formed character at `offset` (RFC 3629: no surrogates, no overlong
// forms, up to U+10FFFF); 0 when there is none.
std::size_t character_length(std::string_view text, std::size_t offset);
bool is_valid_utf8(std::string_view text);
// The text with each byte that belongs to no character replaced.
std::string valid_utf8(std::string_view text, std::string_view replacement = "\xEF\xBF\xBD");
// The largest offset <= limit that does not split a character.
std::size_t character_boundary(std::string_view text, std::size_t limit);

}  // namespace dm::io
