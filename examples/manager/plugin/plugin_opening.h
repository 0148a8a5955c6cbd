// The beginning and the end of a plugin's session, under the host's watch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/json.h"
#include "plugin/plugin_core.h"

#include <chrono>
#include <memory>
#include <string_view>

namespace manager {

/// Opens the core's session and finds its extensions, on a thread that is waited for at most
/// `longest` and, once `cancel` (may be nullptr) is requested, the core's grace. `settings` is a
/// JSON object or empty. Throws failure: with the plugin's own list of problems when it refuses the
/// environment, failed_connection when it does not come back. The core's breaker hears of it; a
/// session that is opened after all is closed again.
void open_session(const std::shared_ptr<plugin_core>& core, const json::value& environment,
                  std::string_view settings, std::chrono::milliseconds longest,
                  cancellation* cancel);

/// Closes it, in the same way within the core's grace. False: it does not come back, and session
/// and library stay. Throws nothing.
bool close_session(const std::shared_ptr<plugin_core>& core) noexcept;

}  // namespace manager
