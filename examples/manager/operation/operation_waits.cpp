// Clients that wait for the end of an operation.
// SPDX-License-Identifier: Apache-2.0
#include "operation/operation_waits.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace manager {
namespace {

constexpr std::chrono::seconds look_for_abandoned{1};

}  // namespace

operation_waits::operation_waits(operation_board& board) : board_(board) {
  thread_ = std::thread([this] { work(); });
}

operation_waits::~operation_waits() {
  end();
  thread_.join();
}

void operation_waits::end() {
  const std::lock_guard lock(mutex_);
  closing_ = true;
  changed_.notify_all();
}

std::size_t operation_waits::waiting() const {
  const std::lock_guard lock(mutex_);
  return waits_.size();
}

void operation_waits::wait(const std::string& operation, std::chrono::milliseconds longest,
                           std::function<void()> done, std::function<bool()> abandoned) {
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    if (!closing_) {
      id = ++last_;
      waits_.emplace(id, one{clock::now() + longest, std::move(done), std::move(abandoned)});
    }
  }
  if (id == 0) return done();
  // Outside the lock: the board may call at once.
  const std::uint64_t at_board = board_.when_ended(operation, [this, id] {
    const std::lock_guard lock(mutex_);
    const auto found = waits_.find(id);
    if (found != waits_.end()) found->second.ended = true;
    changed_.notify_all();
  });
  bool over = false;
  {
    const std::lock_guard lock(mutex_);
    const auto found = waits_.find(id);
    over = found == waits_.end();
    if (!over) found->second.at_board = at_board;
    changed_.notify_all();
  }
  if (over) board_.forget(at_board);
}

void operation_waits::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto now = clock::now();
    auto next = now + look_for_abandoned;
    std::vector<one> over;
    for (auto entry = waits_.begin(); entry != waits_.end();) {
      one& waiting = entry->second;
      const bool gone = waiting.abandoned && waiting.abandoned();
      if (gone || waiting.ended || closing_ || waiting.until <= now) {
        if (gone) waiting.done = nullptr;
        over.push_back(std::move(waiting));
        entry = waits_.erase(entry);
      } else {
        next = std::min(next, waiting.until);
        ++entry;
      }
    }
    if (!over.empty()) {
      lock.unlock();
      for (one& waiting : over) {
        if (waiting.at_board != 0) board_.forget(waiting.at_board);
        if (waiting.done) waiting.done();
      }
      lock.lock();
      continue;
    }
    if (closing_) return;
    if (waits_.empty()) {
      changed_.wait(lock);
    } else {
      changed_.wait_until(lock, next);
    }
  }
}

}  // namespace manager
