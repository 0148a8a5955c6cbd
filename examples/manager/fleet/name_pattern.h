// Patterns of names: "*" stands for any characters, "?" for one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace manager {

inline constexpr std::string_view name_pattern_rule =
    "1 to 200 characters of a name, * for any of them, ? for one";

/// Whether it can be one of an application, a component ("application/component"), a package, an
/// account or a queue.
bool is_name_pattern(std::string_view text);

/// Whether all of the name is as the pattern says. Its time grows with both lengths only.
bool fits_pattern(std::string_view name, std::string_view pattern);

}  // namespace manager
