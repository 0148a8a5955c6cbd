// The replies of the extension dm.savepoint/1, from what the lifecycle returns to JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "boundary/component_entries.h"
#include "boundary/replies.h"
#include "lifecycle/savepoint_verbs.h"

namespace dm::boundary {

// resume answers as start does.
outcome write_reply(const lifecycle::trigger_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::dispose_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::pin_reply& reply, const reply_context& context);
outcome write_reply(const lifecycle::plan_reply& reply, const reply_context& context);

// `entries` of the request, all of them; `listed` those without a failure, in the same order.
outcome write_list(const std::vector<batch_entry>& entries, const lifecycle::list_reply& listed,
                   const reply_context& context);

}  // namespace dm::boundary
