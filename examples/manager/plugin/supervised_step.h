// A step of a plugin that is no operation, and so has no time of its own and cannot be cancelled:
// to be loaded, to open and close its session, to be unloaded. It is carried out on a thread of its
// own: a plugin that does not come back loses the thread, not the caller.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"

#include <chrono>
#include <cstddef>
#include <functional>

namespace manager {

struct step_limits {
  std::chrono::milliseconds longest;
  cancellation* cancel = nullptr;  // may be nullptr; once requested, `grace` is left
  std::chrono::milliseconds grace{0};
};

/// Whether `work` has returned in time; throws what it has thrown by then, and std::system_error
/// where there is no thread for it. Else its thread is left to itself, and what `work` and `late`
/// have captured lives as long; `late` is called on it when `work` returns or throws after all.
bool run_in_time(std::function<void()> work, const step_limits& limits,
                 std::function<void()> late = {});

/// Threads of this process that are lost inside a plugin: while there are any, its code must not be
/// taken away, and static objects must not be destroyed. [any-thread]
std::size_t stuck_plugin_calls();
/// One more, one less.
void plugin_thread_lost();
void plugin_thread_returned();

}  // namespace manager
