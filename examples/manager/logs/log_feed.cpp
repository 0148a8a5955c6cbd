// All clients that follow logs.
// SPDX-License-Identifier: Apache-2.0
#include "logs/log_feed.h"

#include "base/log.h"

#include <algorithm>
#include <exception>
#include <utility>

namespace manager {
namespace {

constexpr std::size_t threads = 4;

}  // namespace

log_feed::log_feed(std::size_t most_followers)
    : most_(most_followers),
      most_of_one_(std::max<std::size_t>(2, most_followers / 5)),
      workers_(std::make_unique<worker_pool>(threads)) {
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

log_feed::entrance log_feed::enter(const std::string& user) {
  const std::lock_guard lock(mutex_);
  if (ending_ || places_taken_ >= most_) return entrance::all_taken;
  const auto known = by_user_.find(user);
  if (known != by_user_.end() && known->second >= most_of_one_) return entrance::users_taken;
  ++places_taken_;
  ++by_user_[user];
  return entrance::open;
}

void log_feed::give_back(const std::string& user) {
  --places_taken_;
  const auto known = by_user_.find(user);
  if (known != by_user_.end() && --known->second == 0) by_user_.erase(known);
}

void log_feed::leave(const std::string& user) {
  const std::lock_guard lock(mutex_);
  give_back(user);
}

void log_feed::add(const std::string& user, std::shared_ptr<log_follower> one) {
  const std::lock_guard lock(mutex_);
  due_.emplace(clock::now(), entry{user, std::move(one)});
  changed_.notify_all();
}

std::size_t log_feed::followers() const {
  const std::lock_guard lock(mutex_);
  return places_taken_;
}

void log_feed::serve(const entry& of) {
  std::optional<std::chrono::milliseconds> pause;
  try {
    pause = of.one->step(closing_);
  } catch (const std::exception& problem) {
    log::error("event=log_follower_error information={}", problem.what());
    of.one->close();
  }
  const std::lock_guard lock(mutex_);
  if (!pause || ending_) {
    give_back(of.user);
    return;
  }
  due_.emplace(clock::now() + *pause, of);
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
    const entry of = first->second;
    due_.erase(first);
    lock.unlock();
    const bool taken = workers_->submit([this, of] { serve(of); });
    lock.lock();
    if (!taken) give_back(of.user);
  }
}

}  // namespace manager
