// Ending a component: what stop, destroy and resume share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "lifecycle/verbs.h"

namespace dm::lifecycle {

// Records `stop` with this cause, takes the savepoint that the request asks for, ends every live
// application of the component, then its guard. Converges when it is repeated: a stop whose
// savepoint is under way is carried on. A failure says what still lives. A failed savepoint takes
// the stop back: the job runs on and is wanted (`desired`).
//
// Before anything is recorded FAILED_PRECONDITION: a savepoint is wanted, but not every task runs.
// UNAVAILABLE: the JobManager is silent.
stop_reply end_component(session& session, const io::operation& op, const stop_request& request,
                         std::string_view cause);

}  // namespace dm::lifecycle
