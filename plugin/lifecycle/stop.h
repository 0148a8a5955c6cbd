// Ending a component: what stop and destroy share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "lifecycle/verbs.h"

namespace dm::lifecycle {

// Records `stop` with this cause, ends every live application of the component, then its guard.
// Converges when it is repeated. A failure says what still lives.
stop_reply end_component(session& session, const io::operation& op, const stop_request& request,
                         std::string_view cause);

}  // namespace dm::lifecycle
