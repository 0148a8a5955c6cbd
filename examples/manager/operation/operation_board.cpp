// The operations that this process has.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_board.h"

#include "base/clock.h"

#include <algorithm>
#include <utility>

namespace manager {

operation_lane lane_of(const std::string& noun, const std::string& verb) {
  if (noun == "fleet") return operation_lane::fleet;
  if (verb == "start" || verb == "resume" || verb == "upgrade") return operation_lane::starts;
  if (verb == "stop" || verb == "destroy") return operation_lane::stops;
  if (verb == "clean") return operation_lane::background;
  return operation_lane::others;
}

operation_board::live operation_board::add(const operation_record& record, const live& after) {
  auto one = std::make_shared<live_operation>(record, lane_of(record.noun, record.verb));
  const std::lock_guard lock(mutex_);
  one->after = after;
  live_.push_back(one);
  return one;
}

bool operation_board::begin(const live& one) {
  const std::lock_guard lock(mutex_);
  if (one->begun) return false;
  one->begun = true;
  one->started_at = now_ms();
  one->after = nullptr;
  return true;
}

bool operation_board::waits_for_thread(const live& one) const {
  const std::lock_guard lock(mutex_);
  return !one->begun && !one->after;
}

operation_board::live operation_board::predecessor(const live& one) const {
  const std::lock_guard lock(mutex_);
  return one->after;
}

void operation_board::remove(const live& one) {
  const std::lock_guard lock(mutex_);
  one->begun = true;
  std::erase(live_, one);
  // Whoever waits for what another one has taken the place of, waits for that one.
  const live next = one->replaced_by;
  // One knew the other: what never begins would keep both for ever.
  if (next && next->after == one) next->after = nullptr;
  for (auto waiting = waiters_.begin(); waiting != waiters_.end();) {
    if (waiting->second.id != one->record.id) {
      ++waiting;
    } else if (next) {
      waiting->second.id = next->record.id;
      ++waiting;
    } else {
      waiting->second.ended();
      waiting = waiters_.erase(waiting);
    }
  }
}

operation_board::live operation_board::find(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(live_.begin(), live_.end(),
                                  [&](const auto& one) { return one->record.id == id; });
  return found == live_.end() ? nullptr : *found;
}

operation_board::live operation_board::of_object(const std::string& noun,
                                                 const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(live_.rbegin(), live_.rend(), [&](const auto& one) {
    return one->record.noun == noun && one->record.name == name;
  });
  return found == live_.rend() ? nullptr : *found;
}

operation_view operation_board::locked_view(const live_operation& one) const {
  operation_view view;
  view.operation = one.record;
  view.status = one.cancel.requested() && !one.cancelled_by.empty() ? "CANCELLING"
                : one.begun                                         ? "RUNNING"
                                                                    : "QUEUED";
  view.started_at = one.started_at;
  view.phase = one.phase;
  view.phase_since = one.phase_since;
  view.progress = one.progress;
  view.cancelled_by = one.cancelled_by;
  view.no_way_back = one.no_way_back;
  if (one.begun) return view;
  if (one.after) {
    view.waits_for.push_back(one.after->record.id);
    return view;
  }
  for (const live& other : live_) {
    if (other.get() == &one) break;
    if (other->lane == one.lane && !other->after) view.waits_for.push_back(other->record.id);
  }
  return view;
}

operation_view operation_board::view(const live& one) const {
  const std::lock_guard lock(mutex_);
  return locked_view(*one);
}

std::optional<operation_view> operation_board::view(const std::string& id) const {
  const live one = find(id);
  return one ? std::optional(view(one)) : std::nullopt;
}

std::optional<operation_view> operation_board::view_of_object(const std::string& noun,
                                                              const std::string& name) const {
  const live one = of_object(noun, name);
  return one ? std::optional(view(one)) : std::nullopt;
}

std::vector<operation_view> operation_board::views() const {
  const std::lock_guard lock(mutex_);
  std::vector<operation_view> result;
  for (const live& one : live_) result.push_back(locked_view(*one));
  return result;
}

void operation_board::set_progress(const live& one, const std::string& component,
                                   const json::value& event) {
  std::string text = json::to_text(event);
  const std::string phase(json::text_of(event, "phase"));
  const std::lock_guard lock(mutex_);
  one->progress[component] = std::move(text);
  // The phases of an upgrade are the host's own, and more telling than those of its single verbs.
  if (phase.empty() || phase == one->phase || one->record.verb == "upgrade") return;
  one->phase = phase;
  one->phase_since = now_ms();
}

void operation_board::set_phase(const live& one, const std::string& phase) {
  const std::lock_guard lock(mutex_);
  if (phase == one->phase) return;
  one->phase = phase;
  one->phase_since = now_ms();
}

void operation_board::set_cancelled_by(const live& one, const std::string& user) {
  const std::lock_guard lock(mutex_);
  if (one->cancelled_by.empty()) one->cancelled_by = user;
}

void operation_board::set_no_way_back(const live& one, const std::string& why) {
  const std::lock_guard lock(mutex_);
  one->no_way_back = why;
}

std::uint64_t operation_board::when_ended(const std::string& id, std::function<void()> ended) {
  const std::lock_guard lock(mutex_);
  const std::uint64_t waiting = ++last_waiter_;
  const bool there = std::any_of(live_.begin(), live_.end(),
                                 [&](const auto& one) { return one->record.id == id; });
  if (there) {
    waiters_.emplace(waiting, waiter{id, std::move(ended)});
  } else {
    ended();
  }
  return waiting;
}

void operation_board::forget(std::uint64_t waiting) {
  const std::lock_guard lock(mutex_);
  waiters_.erase(waiting);
}

}  // namespace manager
