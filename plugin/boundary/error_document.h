// An error as the JSON object of the documents.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "io/error.h"
#include "io/json.h"

namespace dm::boundary {

// Writes {"code":...,"message":...,...} as one value. `correlation_id` is left out when it is
// empty.
void write_error(io::json_writer& writer, const error& e, std::string_view correlation_id = {});

// The whole document {"schema":1,"error":{...}}.
std::string error_document(const error& e, std::string_view correlation_id = {});

}  // namespace dm::boundary
