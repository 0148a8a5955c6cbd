// What a service manager is told: readiness, end, signs of life. The protocol of sd_notify(3), a
// datagram of a line, spoken here by itself: libsystemd would be one more library for these lines.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

namespace manager {

/// Tells `state`, "READY=1" for instance, to the socket that NOTIFY_SOCKET names. False where there
/// is none, or nobody listens; nothing depends on it. [any-thread]
bool notify_service_manager(std::string_view state);

/// How often "WATCHDOG=1" is due: half of what WATCHDOG_USEC allows this process. 0: never.
std::chrono::milliseconds watchdog_interval();

}  // namespace manager
