// A plugin at work: one session per process and plugin, shared by all threads; one call an
// operation, each on a thread of its own under the host's watch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "base/failure.h"
#include "base/json.h"
#include "plugin/plugin_core.h"
#include "plugin/plugin_library.h"

#include <dm_plugin.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace manager {

/// Those from trigger to plan and after find are of extensions, which a plugin need not have.
enum class plugin_verb {
  validate,
  create,
  destroy,
  start,
  stop,
  status,
  trigger,
  list,
  resume,
  dispose,
  pin,
  unpin,
  plan,
  find,         // of the plugin itself, since revision 1 of the contract
  log_sources,  // "sources" of dm.logs/1
  log_read,     // "read" of it
  incidents,
  explain,
  figures,
  inspect,
  clean
};

std::string_view to_text(plugin_verb verb);

/// How one operation is carried out.
struct plugin_call {
  std::chrono::milliseconds timeout{0};  // 0: the plugin's own default for the verb
  std::string correlation_id;
  cancellation* cancel = nullptr;  // may be nullptr: cancelled only when the session closes
  /// Progress events, while the caller waits, on another thread. May be empty; must return promptly
  /// and must not call the plugin.
  std::function<void(const json::value& event)> on_event;
};

/// What an operation returned. `document` is always an object, an empty one where the plugin sent
/// none.
struct plugin_reply {
  dm_status status = DM_STATUS_INTERNAL;
  json::document document;

  bool ok() const { return status == DM_STATUS_OK; }
  /// The reply's error in the host's terms; `doing` says what was tried ("start component x").
  failure to_failure(std::string_view doing) const;
};

/// "UNAVAILABLE" and so on; "INTERNAL" for numbers that this host does not know (DM-5).
std::string_view status_name(dm_status status);
/// The status of that name; DM_STATUS_INTERNAL for others.
dm_status status_named(std::string_view name);

/// How a plugin is doing.
struct plugin_health {
  bool open = false;         // it has a session
  std::size_t calls = 0;     // threads inside it, the lost ones included
  std::size_t stuck = 0;     // threads that are lost inside it
  std::string_view circuit;  // "closed", "open" or "half-open"
};

class plugin_session {
 public:
  /// Opens the session, and throws failure as open_session does. `breaker` keeps callers away from
  /// a plugin that does not come back, whichever of its sessions that is; nullptr: one of this
  /// session alone. `cancel` ends the waiting for the open; may be nullptr.
  plugin_session(std::shared_ptr<const plugin_library> library, const json::value& environment,
                 std::string_view settings, const watchdog_limits& limits = {},
                 std::shared_ptr<circuit_breaker> breaker = nullptr,
                 cancellation* cancel = nullptr);
  /// Cancels what runs and waits for it, and then for the plugin's close, at most the grace each;
  /// what has not come back by then keeps the session and the library for ever.
  ~plugin_session();
  plugin_session(const plugin_session&) = delete;
  plugin_session& operator=(const plugin_session&) = delete;

  const plugin_library& library() const { return *core_->library; }
  bool has(plugin_extension extension) const { return core_->extensions.has(extension); }
  /// Whether the plugin has the extension dm.savepoint/1.
  bool has_savepoints() const { return has(plugin_extension::savepoint); }

  /// Whether the plugin can say which components it has (dm_plugin.find).
  bool has_find() const;

  /// Carries out one operation and blocks until it returns, at most the call's timeout and a grace.
  /// Never throws for what the plugin answers; throws failure(cancelled) when `call.cancel` was
  /// requested already, failure(not_offered) for a verb of an extension that the plugin does not
  /// have, and failure(failed_connection) when it does not come back. [any-thread]
  plugin_reply run(plugin_verb verb, const json::value& request, const plugin_call& call);

  /// Cancels what runs and whatever is asked for later. [any-thread]
  void cancel_calls() { core_->closing.request(); }
  /// [any-thread]
  plugin_health health() const;

 private:
  dm_operation operation_of(plugin_verb verb) const;

  std::shared_ptr<plugin_core> core_;
};

}  // namespace manager
