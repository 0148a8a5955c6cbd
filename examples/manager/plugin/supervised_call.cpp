// One operation of a plugin on a thread of its own.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/supervised_call.h"

#include "base/log.h"
#include "plugin/plugin_document.h"
#include "plugin/supervised_step.h"

#include <fmt/format.h>

#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

namespace manager {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds without_timeout{3'600'000};

/// Everything that the call needs, for as long as its thread is inside the plugin.
class supervised {
 public:
  supervised(std::shared_ptr<plugin_core> core, dm_operation operation, std::string request,
             const plugin_call& how)
      : core_(std::move(core)),
        operation_(operation),
        request_(std::move(request)),
        timeout_(how.timeout),
        correlation_id_(how.correlation_id),
        has_events_(static_cast<bool>(how.on_event)),
        on_event_(how.on_event) {}

  /// On the thread of its own.
  void carry_out() {
    plugin_reply answer;
    std::exception_ptr thrown;
    try {
      answer = call();
    } catch (...) {
      thrown = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
    thrown_ = thrown;
    done_ = true;
    changed_.notify_all();
    if (!abandoned_) return;
    plugin_thread_returned();
    core_->breaker->came_back_late(clock::now());
    log::warning("event=plugin_came_back plugin={} information={}", core_->library->name(),
                 "a call that was given up has returned after all");
  }

  /// Ends the waiting inside the plugin. [any-thread]
  void cancel() {
    {
      const std::lock_guard lock(mutex_);
      if (!cancelled_at_) cancelled_at_ = clock::now();
      changed_.notify_all();
    }
    const std::lock_guard lock(call_mutex_);
    cancel_wanted_ = true;
    if (call_ != nullptr) core_->table().call_cancel(call_);
  }

  /// nullopt: it has not come back in time, and nobody waits for it any more.
  std::optional<plugin_reply> wait() {
    const auto deadline =
        clock::now() + (timeout_.count() == 0 ? without_timeout : timeout_) + core_->grace / 2;
    std::unique_lock lock(mutex_);
    while (!done_) {
      const auto until = cancelled_at_ ? *cancelled_at_ + core_->grace : deadline;
      if (clock::now() < until) {
        changed_.wait_until(lock, until);
        continue;
      }
      if (!cancelled_at_) {
        // Its own time is up; it gets what is left of the grace to say so.
        cancelled_at_ = clock::now() - core_->grace / 2;
        lock.unlock();
        cancel();
        lock.lock();
        continue;
      }
      abandoned_ = true;
      plugin_thread_lost();
      lock.unlock();
      const std::lock_guard events(event_mutex_);
      on_event_ = nullptr;
      return std::nullopt;
    }
    if (thrown_) std::rethrow_exception(thrown_);
    return std::move(answer_);
  }

 private:
  plugin_reply call() {
    const dm_plugin& table = core_->table();
    dm_call_options options{};
    options.struct_size = sizeof(options);
    options.timeout_ms = static_cast<uint64_t>(timeout_.count());
    options.correlation_id = lend(correlation_id_);
    options.user = this;
    options.on_event = has_events_ ? &supervised::on_event : nullptr;
    dm_call* opened = nullptr;
    const dm_status status = table.call_open(core_->session, &options, &opened);
    if (status != DM_STATUS_OK) {
      throw failure(failure_kind::unknown,
                    fmt::format("the plugin gave no call: {}", status_name(status)));
    }
    {
      const std::lock_guard lock(call_mutex_);
      call_ = opened;
      if (cancel_wanted_) table.call_cancel(call_);
    }
    owned_document reply(table);
    plugin_reply answer;
    answer.status = operation_(core_->session, opened, lend(request_), reply.out());
    answer.document = reply.parse();
    const std::lock_guard lock(call_mutex_);
    call_ = nullptr;
    table.call_close(opened);
    return answer;
  }

  // No exception may cross back into the plugin (DM-14).
  static void on_event(void* user, dm_string event) {
    auto& self = *static_cast<supervised*>(user);
    try {
      std::string problem;
      const auto document = json::parse(view(event), problem);
      const std::lock_guard lock(self.event_mutex_);
      if (document && self.on_event_) self.on_event_(*document);
    } catch (const std::exception& thrown) {
      log::warning("event=progress_lost information={}", thrown.what());
    }
  }

  const std::shared_ptr<plugin_core> core_;
  const dm_operation operation_;
  const std::string request_;
  const milliseconds timeout_;
  const std::string correlation_id_;
  const bool has_events_;

  std::mutex event_mutex_;
  std::function<void(const json::value&)> on_event_;  // guarded by event_mutex_ once it runs

  std::mutex call_mutex_;
  dm_call* call_ = nullptr;     // guarded by call_mutex_
  bool cancel_wanted_ = false;  // guarded by call_mutex_

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<clock::time_point> cancelled_at_;  // guarded by mutex_
  bool done_ = false;                              // guarded by mutex_
  bool abandoned_ = false;                         // guarded by mutex_
  plugin_reply answer_;                            // guarded by mutex_
  std::exception_ptr thrown_;                      // guarded by mutex_
};

/// Counts the threads inside a plugin.
class inside {
 public:
  explicit inside(std::shared_ptr<plugin_core> core) : core_(std::move(core)) {
    const std::lock_guard lock(core_->mutex);
    ++core_->calls;
  }
  ~inside() {
    if (!core_) return;
    const std::lock_guard lock(core_->mutex);
    --core_->calls;
    core_->returned.notify_all();
  }
  inside(inside&&) = default;
  inside& operator=(inside&&) = delete;

 private:
  std::shared_ptr<plugin_core> core_;
};

}  // namespace

plugin_reply run_supervised(const std::shared_ptr<plugin_core>& core, plugin_verb verb,
                            dm_operation operation, std::string request, const plugin_call& how) {
  const std::string& type = core->library->component_type();
  if (!core->breaker->admit(clock::now())) {
    throw failure(
        failure_kind::failed_connection,
        fmt::format("the plugin for {} does not come back from {} of its calls; {} is not "
                    "tried until one of them returns or a pause is over (GET /plugins)",
                    type, core->breaker->stuck(), to_text(verb)));
  }
  const auto call = std::make_shared<supervised>(core, operation, std::move(request), how);
  try {
    std::thread([own = call, counted = std::make_shared<inside>(core)]() mutable {
      own->carry_out();
      own.reset();
      counted.reset();
    }).detach();
  } catch (const std::system_error& problem) {
    core->breaker->not_made();
    throw failure(failure_kind::failed_connection,
                  fmt::format("no thread for {} of the plugin for {}: {}", to_text(verb), type,
                              problem.what()));
  }
  std::optional<plugin_reply> answer;
  const auto end_waiting = [&] { call->cancel(); };
  const cancellation::registration at_close(core->closing, end_waiting);
  if (how.cancel != nullptr) {
    const cancellation::registration cancelled(*how.cancel, end_waiting);
    answer = call->wait();
  } else {
    answer = call->wait();
  }
  if (answer) {
    core->breaker->came_back();
    return std::move(*answer);
  }
  core->breaker->got_stuck(clock::now());
  log::error("event=plugin_stuck plugin={} verb={} timeout_ms={} stuck={} information={}",
             core->library->name(), to_text(verb), how.timeout.count(), core->breaker->stuck(),
             "the call has not returned in its time, nor after it was cancelled; its thread is "
             "left to itself");
  throw failure(failure_kind::failed_connection,
                fmt::format("the plugin for {} has not come back from {} within {} ms and a grace "
                            "of {} ms; what it was doing may go on",
                            type, to_text(verb), how.timeout.count(), core->grace.count()));
}

}  // namespace manager
