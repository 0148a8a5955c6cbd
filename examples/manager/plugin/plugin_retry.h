// Repeats what a plugin says may succeed later by itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plugin/plugin_session.h"

namespace manager {

/// Carries out a verb of an operation, again and again, with growing pauses, while it ends as
/// UNAVAILABLE with "retry" (writing-a-host.md) and call.timeout, which bounds all of it, is not
/// up. What the plugin itself goes on with ("desired": "RUNNING") and a creation that has left data
/// are not repeated. Each repetition is told by call.on_event, a cancel ends the pause. Returns the
/// last reply; throws as plugin_session::run does.
plugin_reply run_with_retries(plugin_session& plugin, plugin_verb verb, const json::value& request,
                              plugin_call call);

}  // namespace manager
