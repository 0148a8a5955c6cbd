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

/// The same of a YARN queue, by its path (root.a.b) or its last part. YARN's schedulers name a
/// running application's queue in either form; by the last part alone only where that is one
/// queue's. So a path without * and ? fits its last part, and a pattern of last parts fits a path.
/// A pattern of paths fits paths only: of a last part nobody knows where it lies.
bool fits_queue_pattern(std::string_view queue, std::string_view pattern);

}  // namespace manager
