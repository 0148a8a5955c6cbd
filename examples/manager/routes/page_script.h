// The page's modules as one script: a browser then asks once for all of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "routes/page_sources.h"

#include <string>
#include <string_view>
#include <vector>

namespace manager {

/// The module of that name with all that it imports, each once, before those that need it. What
/// modules export are constants and functions, and they import by "import {a, b} from "./x.js";",
/// at the beginning of a line. Throws std::runtime_error for what is written otherwise, for a
/// module that is not there, and for modules that need each other.
std::string joined_script(const std::vector<page_source>& modules, std::string_view first);

}  // namespace manager
