// The replies of the extension dm.savepoint/1, from what the lifecycle returns to JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "boundary/component_entries.h"
#include "boundary/replies.h"
#include "lifecycle/savepoint_plan.h"
#include "lifecycle/savepoint_resume.h"
#include "lifecycle/savepoint_trigger.h"
#include "savepoint/savepoint_dispose.h"
#include "savepoint/savepoint_list.h"
#include "savepoint/savepoint_pin.h"

namespace dm::boundary {

// resume answers as start does.
outcome write_reply(const lifecycle::trigger_reply& reply, const reply_context& context);
outcome write_reply(const savepoint::dispose_reply& reply, const reply_context& context);
outcome write_reply(const savepoint::pin_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::plan_reply& reply, const reply_context& context);

// `entries` of the request, all of them; `listed` those without a failure, in the same order.
outcome write_list(const std::vector<batch_entry>& entries, const savepoint::list_reply& listed,
                   const reply_context& context);

}  // namespace dm::boundary
