// What text from outside may look like, and how it is shown to people when it may not.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/error.h"
#include "io/secret.h"

namespace dm::input {

// UTF-8 without control characters (C0, DEL, C1) and without U+2028 and U+2029: one line in every
// file and terminal that the text may reach (INV-8).
bool single_line(std::string_view text);

// The text for problem::found: at most `limit` bytes of it, control characters and bytes that are
// not UTF-8 as \xNN.
std::string shown(std::string_view text, std::size_t limit = 80);

using io::secret_name;

// shown(value) without the secrets in it, or a note in its place when the name hints at one.
std::string shown_value(std::string_view name, std::string_view value);

// An absolute path without "." or ".." parts, empty parts or a trailing slash, of A-Z a-z 0-9 . _ +
// @ - and slashes. No colon, so that it may stand in a class path.
bool plain_absolute_path(std::string_view path);

// A name that is at most a third of its characters away from `name`; the nearest one.
std::optional<std::string> nearest(std::string_view name,
                                   const std::vector<std::string>& candidates);

// INVALID_ARGUMENT with all the problems.
error invalid(std::string what, std::vector<problem> problems);

}  // namespace dm::input
