// The replies of the extension dm.diagnosis/1, from what its verbs return to JSON.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "boundary/replies.h"
#include "diagnosis/explain.h"
#include "diagnosis/incidents.h"

namespace dm::boundary {

outcome write_reply(const diagnosis::incidents_reply& reply, const reply_context& context);
outcome write_reply(const diagnosis::explain_reply& reply, const reply_context& context);

}  // namespace dm::boundary
