// A fixed number of threads that work through a queue.
// SPDX-License-Identifier: Apache-2.0
#include "base/worker_pool.h"

#include "base/log.h"

#include <system_error>
#include <utility>

namespace manager {

worker_pool::worker_pool(std::size_t threads, std::size_t queue_length)
    : queue_length_(queue_length) {
  threads_.reserve(threads);  // nothing but a thread may be missing once there are some
  try {
    for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  } catch (const std::system_error& problem) {
    // No more are to be had (TasksMax, a full process table): fewer do it, too, only later.
    log::warning("event=fewer_threads wanted={} made={} information={}", threads, threads_.size(),
                 problem.what());
    if (threads_.empty()) throw;
  }
}

worker_pool::~worker_pool() {
  std::deque<std::function<void()>> dropped;  // whose destruction may do more than nothing
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    dropped.swap(jobs_);
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool worker_pool::submit(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || jobs_.size() >= queue_length_) return false;
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
  return true;
}

void worker_pool::work() {
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
