// What a plugin's calls share and what must outlive the last of them: the library, the session, the
// host's own functions. A call that never comes back keeps it for ever.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "plugin/circuit_breaker.h"
#include "plugin/plugin_extensions.h"
#include "plugin/plugin_library.h"
#include "plugin/watchdog_limits.h"

#include <dm_plugin.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace manager {

struct plugin_core {
  /// `shared` outlasts a session that could not be opened; nullptr: one of its own.
  plugin_core(std::shared_ptr<const plugin_library> loaded, const watchdog_limits& limits,
              std::shared_ptr<circuit_breaker> shared)
      : library(std::move(loaded)),
        grace(limits.grace),
        breaker(shared ? std::move(shared) : std::make_shared<circuit_breaker>(limits.breaker)) {}

  const dm_plugin& table() const { return library->table(); }

  const std::shared_ptr<const plugin_library> library;
  const std::chrono::milliseconds grace;
  dm_host host{};  // lives as long as the session (DM-10)
  dm_session* session = nullptr;
  plugin_extensions extensions;
  const std::shared_ptr<circuit_breaker> breaker;
  cancellation closing;  // requested before the session is closed

  std::mutex mutex;
  std::condition_variable returned;
  std::size_t calls = 0;  // threads inside the plugin; guarded by mutex
};

}  // namespace manager
