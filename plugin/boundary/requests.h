// The requests of the verbs, from JSON to what the lifecycle takes. Each reader reports all
// problems of a request at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "boundary/component_entries.h"
#include "lifecycle/create.h"
#include "lifecycle/destroy.h"
#include "lifecycle/find.h"
#include "lifecycle/start.h"
#include "lifecycle/stop.h"
#include "lifecycle/validate.h"
#include "observation/status.h"

namespace dm::boundary {

// All take a document that is an object (parse_request). What they return may borrow from it.
// Whether names are well-formed is told here, except for validate and create: there the lifecycle
// tells it together with what is wrong with the properties.
result<lifecycle::validate_request> read_validate_request(const io::json_value& request);
result<lifecycle::create_request> read_create_request(const io::json_value& request);
result<lifecycle::start_request> read_start_request(const io::json_value& request);
result<lifecycle::stop_request> read_stop_request(const io::json_value& request);
result<lifecycle::destroy_request> read_destroy_request(const io::json_value& request);

result<lifecycle::find_request> read_find_request(const io::json_value& request);

struct status_batch {
  observation::status_request request;  // the entries without a failure, in order
  std::vector<batch_entry> entries;     // all of them, in order
};

// A malformed entry is that entry's failure, not the batch's.
result<status_batch> read_status_request(const io::json_value& request);

}  // namespace dm::boundary
