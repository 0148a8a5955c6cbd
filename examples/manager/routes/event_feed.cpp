// Sends events to those who follow them.
// SPDX-License-Identifier: Apache-2.0
#include "routes/event_feed.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace manager {
namespace {

constexpr std::size_t events_at_once = 500;

}  // namespace

std::string event_text(const event_hub& hub, const host_event& one, const std::string& data) {
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", hub.id_of(one.number), one.type, data);
}

event_feed::event_feed(event_hub& hub) : hub_(hub) {
  at_hub_ = hub_.follow([this] {
    const std::lock_guard lock(mutex_);
    woken_ = true;
    changed_.notify_all();
  });
  thread_ = std::thread([this] { work(); });
}

event_feed::~event_feed() {
  hub_.unfollow(at_hub_);
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void event_feed::add(follower one) {
  const std::lock_guard lock(mutex_);
  arriving_.push_back(std::move(one));
  woken_ = true;
  changed_.notify_all();
}

std::size_t event_feed::followers() const {
  const std::lock_guard lock(mutex_);
  return served_ + arriving_.size();
}

bool event_feed::serve(follower& one) {
  for (;;) {
    const event_hub::page page = hub_.after(one.last, events_at_once);
    std::string text;
    // What is missing cannot be sent: whoever follows looks at the states anew.
    if (page.lost || std::exchange(one.lost, false)) text += "event: lost\ndata: {}\n\n";
    for (const host_event& event : page.events) {
      one.last = event.number;
      if (!one.types.empty() && !one.types.contains(event.type)) continue;
      text += event_text(hub_, event, one.data_of ? one.data_of(event) : event.data);
    }
    if (!text.empty() && !one.send(std::move(text))) return false;
    if (page.events.size() < events_at_once) return true;
  }
}

void event_feed::work() {
  std::vector<follower> served;
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || woken_; });
      if (closing_) return;
      woken_ = false;
      std::move(arriving_.begin(), arriving_.end(), std::back_inserter(served));
      arriving_.clear();
      served_ = served.size();
    }
    std::erase_if(served, [this](follower& one) { return !serve(one); });
    const std::lock_guard lock(mutex_);
    served_ = served.size();
  }
}

}  // namespace manager
