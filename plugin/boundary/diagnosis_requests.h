// The requests of the extension dm.diagnosis/1, from JSON to what its verbs take.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "boundary/component_entries.h"
#include "diagnosis/explain.h"
#include "diagnosis/incidents.h"

namespace dm::boundary {

// Both take a document that is an object (parse_request), and report all its problems at once.
result<diagnosis::incidents_request> read_incidents_request(const io::json_value& request);
result<diagnosis::explain_request> read_explain_request(const io::json_value& request);

}  // namespace dm::boundary
