// A step of a plugin on a thread of its own.
// SPDX-License-Identifier: Apache-2.0
#include "plugin/supervised_step.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace manager {
namespace {

using clock = std::chrono::steady_clock;

std::atomic<std::size_t> lost{0};

struct step {
  std::function<void()> work;
  std::function<void()> late;

  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;  // guarded by mutex, as the rest
  bool abandoned = false;
  std::optional<clock::time_point> cancelled_at;
  std::exception_ptr thrown;

  /// On the thread of its own. What `work` and `late` hold goes before anybody goes on: it may be
  /// the plugin's library.
  void carry_out() {
    std::exception_ptr caught;
    try {
      work();
    } catch (...) {
      caught = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex);
      if (!abandoned) {
        work = nullptr;
        late = nullptr;
        thrown = caught;
        done = true;
        changed.notify_all();
        return;
      }
    }
    if (late) late();
    work = nullptr;
    late = nullptr;
    plugin_thread_returned();
  }

  void cancel() {
    const std::lock_guard lock(mutex);
    if (!cancelled_at) cancelled_at = clock::now();
    changed.notify_all();
  }

  bool wait(const step_limits& limits) {
    const auto deadline = clock::now() + limits.longest;
    std::unique_lock lock(mutex);
    while (!done) {
      const auto until = cancelled_at ? std::min(deadline, *cancelled_at + limits.grace) : deadline;
      if (clock::now() < until) {
        changed.wait_until(lock, until);
        continue;
      }
      abandoned = true;
      plugin_thread_lost();
      return false;
    }
    if (thrown) std::rethrow_exception(thrown);
    return true;
  }
};

}  // namespace

bool run_in_time(std::function<void()> work, const step_limits& limits,
                 std::function<void()> late) {
  const auto own = std::make_shared<step>();
  own->work = std::move(work);
  own->late = std::move(late);
  std::thread([own] { own->carry_out(); }).detach();
  if (limits.cancel == nullptr) return own->wait(limits);
  const cancellation::registration at_cancel(*limits.cancel, [own] { own->cancel(); });
  return own->wait(limits);
}

std::size_t stuck_plugin_calls() { return lost; }

void plugin_thread_lost() { ++lost; }

void plugin_thread_returned() { --lost; }

}  // namespace manager
