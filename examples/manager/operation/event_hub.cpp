// What has happened lately.
// SPDX-License-Identifier: Apache-2.0
#include "operation/event_hub.h"

#include "operation/operation_id.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace manager {

event_hub::event_hub(std::size_t most_events, std::size_t most_bytes)
    : most_events_(most_events),
      most_bytes_(most_bytes),
      process_(make_operation_id().substr(0, 12)) {}

void event_hub::publish(std::string_view type, const json::value& data) {
  std::string text = json::to_text(data);
  const std::lock_guard lock(mutex_);
  bytes_ += text.size();
  events_.push_back({++last_, std::string(type), std::move(text)});
  while (events_.size() > most_events_ || (bytes_ > most_bytes_ && events_.size() > 1)) {
    bytes_ -= events_.front().data.size();
    events_.pop_front();
  }
  for (const auto& [id, wake] : followers_) wake();
}

event_hub::page event_hub::after(std::uint64_t number, std::size_t most) const {
  const std::lock_guard lock(mutex_);
  page result;
  if (events_.empty()) return result;
  const std::uint64_t first = events_.front().number;
  result.lost = number + 1 < first;
  const std::uint64_t begin = std::max(first, number + 1);
  for (std::uint64_t next = begin; next <= last_ && result.events.size() < most; ++next) {
    result.events.push_back(events_[static_cast<std::size_t>(next - first)]);
  }
  return result;
}

std::uint64_t event_hub::newest() const {
  const std::lock_guard lock(mutex_);
  return last_;
}

std::string event_hub::id_of(std::uint64_t number) const {
  return fmt::format("{}.{}", process_, number);
}

std::optional<std::uint64_t> event_hub::number_of(std::string_view id) const {
  if (id.size() <= process_.size() + 1 || !id.starts_with(process_) || id[process_.size()] != '.') {
    return std::nullopt;
  }
  id.remove_prefix(process_.size() + 1);
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(id.data(), id.data() + id.size(), number);
  const bool whole = code == std::errc() && end == id.data() + id.size();
  return whole && number <= newest() ? std::optional(number) : std::nullopt;
}

std::uint64_t event_hub::follow(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  followers_.emplace(++last_follower_, std::move(wake));
  return last_follower_;
}

void event_hub::unfollow(std::uint64_t follower) {
  const std::lock_guard lock(mutex_);
  followers_.erase(follower);
}

std::size_t event_hub::followers() const {
  const std::lock_guard lock(mutex_);
  return followers_.size();
}

}  // namespace manager
