// All clients that follow logs.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_feed.h"

#include "base/log.h"

#include <exception>
#include <utility>

namespace manager {
namespace {

constexpr std::size_t threads = 4;

}  // namespace

log_feed::log_feed(std::size_t most_followers)
    : most_(most_followers), workers_(std::make_unique<worker_pool>(threads)) {
  thread_ = std::thread([this] { work(); });
}

log_feed::~log_feed() {
  closing_.request();
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  thread_.join();
  workers_.reset();
}

bool log_feed::enter() {
  const std::lock_guard lock(mutex_);
  if (ending_ || places_taken_ >= most_) return false;
  ++places_taken_;
  return true;
}

void log_feed::leave() {
  const std::lock_guard lock(mutex_);
  --places_taken_;
}

void log_feed::add(std::shared_ptr<log_follower> one) {
  const std::lock_guard lock(mutex_);
  due_.emplace(clock::now(), std::move(one));
  changed_.notify_all();
}

std::size_t log_feed::followers() const {
  const std::lock_guard lock(mutex_);
  return places_taken_;
}

void log_feed::serve(const std::shared_ptr<log_follower>& one) {
  std::optional<std::chrono::milliseconds> pause;
  try {
    pause = one->step(closing_);
  } catch (const std::exception& problem) {
    log::error("event=log_follower_error information={}", problem.what());
    one->close();
  }
  const std::lock_guard lock(mutex_);
  if (!pause || ending_) {
    --places_taken_;
    return;
  }
  due_.emplace(clock::now() + *pause, one);
  changed_.notify_all();
}

void log_feed::work() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (due_.empty()) {
      changed_.wait(lock);
      continue;
    }
    const auto first = due_.begin();
    if (first->first > clock::now()) {
      changed_.wait_until(lock, first->first);
      continue;
    }
    const auto one = first->second;
    due_.erase(first);
    lock.unlock();
    const bool taken = workers_->submit([this, one] { serve(one); });
    lock.lock();
    if (!taken) --places_taken_;
  }
}

}  // namespace manager
