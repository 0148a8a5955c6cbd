// One operation of a plugin on a thread of its own, under the host's watch: a plugin that does not
// keep its time loses the thread, not the caller.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugin/plugin_core.h"
#include "plugin/plugin_session.h"

#include <memory>
#include <string>

namespace manager {

/// Carries out `operation` and waits for its return: at most call.timeout (an hour, when that is 0)
/// and the grace, and, once it is cancelled, the grace. Throws failure(failed_connection) when it
/// has not come back by then, or when the circuit is open.
plugin_reply run_supervised(const std::shared_ptr<plugin_core>& core, plugin_verb verb,
                            dm_operation operation, std::string request, const plugin_call& call);

}  // namespace manager
