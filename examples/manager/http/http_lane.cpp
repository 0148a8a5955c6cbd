// A few threads and a queue that ends.
// SPDX-License-Identifier: Apache-2.0
#include "http/http_lane.h"

#include <utility>

namespace manager {

http_lane::http_lane(std::size_t threads, std::size_t queue_length) : queue_length_(queue_length) {
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

http_lane::~http_lane() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    dropped.swap(jobs_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool http_lane::submit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || jobs_.size() >= queue_length_) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

std::size_t http_lane::waiting() const {
  const std::lock_guard lock(mutex_);
  return jobs_.size();
}

void http_lane::work() {
  for (;;) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
      if (closing_) return;
      job = std::move(jobs_.front());
      jobs_.pop_front();
    }
    job();
  }
}

}  // namespace manager
