// The requests of the extension dm.savepoint/1, from JSON to what the lifecycle takes.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "boundary/component_entries.h"
#include "lifecycle/savepoint_plan.h"
#include "lifecycle/savepoint_resume.h"
#include "lifecycle/savepoint_trigger.h"
#include "savepoint/savepoint_dispose.h"
#include "savepoint/savepoint_list.h"
#include "savepoint/savepoint_pin.h"

namespace dm::boundary {

// All take a document that is an object (parse_request), and report all its problems at once. What
// they return may borrow from it.
result<lifecycle::trigger_request> read_trigger_request(const io::json_value& request);
result<lifecycle::resume_request> read_resume_request(const io::json_value& request);
result<savepoint::dispose_request> read_dispose_request(const io::json_value& request);
result<savepoint::pin_request> read_pin_request(const io::json_value& request);
result<savepoint::pin_request> read_unpin_request(const io::json_value& request);
result<lifecycle::plan_request> read_plan_request(const io::json_value& request);

struct list_batch {
  savepoint::list_request request;   // with the entries without a failure, in order
  std::vector<batch_entry> entries;  // all of them, in order
};

// A malformed entry is that entry's failure, not the batch's.
result<list_batch> read_list_request(const io::json_value& request);

}  // namespace dm::boundary
