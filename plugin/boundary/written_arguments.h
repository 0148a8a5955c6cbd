// The arguments of a program as the request writes them, before any number has become another one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "io/json.h"

namespace dm::boundary {

// Turns the numbers and booleans of component_application_args, in the request's properties and in
// next.properties, into strings: 1e3 stays 1e3, true stays true. `text` is what the document was
// read from.
void keep_written_arguments(io::json_document& request, std::string_view text);

}  // namespace dm::boundary
