// The requests of the extension dm.housekeeping/1, from JSON to what housekeeping takes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "housekeeping/requests.h"
#include "io/json.h"

namespace dm::boundary {

// Both take a document that is an object (parse_request), and report all its problems at once. A
// record whose names are wrong is one of them: what it protects would not be known. One whose data
// cannot be read protects what has its names.
result<housekeeping::inspect_request> read_inspect_request(const io::json_value& request);
result<housekeeping::clean_request> read_clean_request(const io::json_value& request);

}  // namespace dm::boundary
