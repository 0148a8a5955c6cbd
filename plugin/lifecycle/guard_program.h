// The guard's program in supervisord, as the verbs that bring a component up need it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "context/session.h"
#include "input/component_data.h"

namespace dm::lifecycle {

// Starts the guard; false: it ran already. renewed: what it goes by has just changed in the log.
// One that runs may have read the log before that and be about to end, so it is ended and started
// anew; its job does not notice.
//
// supervisord reads its files only where it does not know the program: that costs it seconds where
// there are many (D-54).
result<bool> start_guard(context::session& session, const io::operation& op,
                         const input::component_data& data, bool renewed);

}  // namespace dm::lifecycle
