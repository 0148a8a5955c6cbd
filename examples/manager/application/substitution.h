// ${name} and $name in the texts of a descriptor, $$ for a dollar sign; one pass, no recursion.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"

#include <set>
#include <string>
#include <string_view>

namespace manager {

/// Replaces names by the properties' values. Names that `properties` (an object) lacks stay in the
/// text and are added to `unknown`: the caller reports them all (E34). So are those whose value is
/// secret: what a descriptor names, others can list (E51).
std::string substitute(std::string_view text, const json::value& properties,
                       std::set<std::string>& unknown);

/// A value as the original showed it in text: Python's str().
std::string to_display_text(const json::value& from);

}  // namespace manager
