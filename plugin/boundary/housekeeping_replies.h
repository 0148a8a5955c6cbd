// The replies of the extension dm.housekeeping/1, to JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "boundary/replies.h"
#include "housekeeping/requests.h"

namespace dm::boundary {

outcome write_reply(const housekeeping::inspect_reply& reply, const reply_context& context);

}  // namespace dm::boundary
