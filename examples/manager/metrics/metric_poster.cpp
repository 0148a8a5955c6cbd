// Tells the platform's data logger.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/metric_poster.h"

#include "access/secrets.h"
#include "base/log.h"
#include "http/http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace manager::metrics {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds longest_message_time{10'000};
constexpr std::size_t largest_answer = 4096;

}  // namespace

metric_poster::metric_poster(std::string url, std::chrono::milliseconds most)
    : url_(std::move(url)), most_(most) {
  if (listened_to()) thread_ = std::thread([this] { run(); });
}

void metric_poster::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  ending_.request();
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void metric_poster::tell(std::int64_t at, std::vector<metric_item> items) {
  if (!listened_to() || items.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_) ++left_out_;
    waiting_ = look{at, std::move(items)};
  }
  changed_.notify_all();
}

void metric_poster::run() {
  for (;;) {
    look newest;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || waiting_; });
      if (stopped_) return;
      newest = std::move(*waiting_);
      waiting_.reset();
    }
    try {
      send(newest);
    } catch (const std::exception& problem) {
      if (!ending_.requested()) note(problem.what());
    }
  }
}

void metric_poster::send(const look& newest) {
  const auto until = clock::now() + most_;
  std::string problem;
  for (const std::string& body : metric_messages(newest.items, newest.at)) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock::now());
    if (left.count() <= 0) {
      problem = fmt::format("not all could be sent within {} ms", most_.count());
      break;
    }
    http_call call;
    call.method = "POST";
    call.url = url_;
    call.body = body;
    call.headers = {"Connection: close"};
    call.timeout = std::min(left, longest_message_time);
    call.largest_body = largest_answer;
    call.cancel = &ending_;
    std::string why;
    try {
      const http_result answer = perform(call);
      if (answer.status != 200) why = fmt::format("HTTP {}", answer.status);
    } catch (const std::exception& thrown) {
      if (ending_.requested()) return;
      why = thrown.what();
    }
    const std::lock_guard lock(mutex_);
    ++(why.empty() ? succeeded_ : failed_);
    if (!why.empty()) {
      problem = why;
      break;  // the rest would fare no better, and the next look is newer
    }
  }
  note(problem);
}

// Once when it stops getting through, and once when it does again.
void metric_poster::note(const std::string& problem) {
  if (problem.empty() == !said_) return;
  said_ = !problem.empty();
  if (said_) {
    log::warning("event=metrics_not_told receiver={} information={}", shown_address(url_), problem);
  } else {
    log::info("event=metrics_told_again receiver={}", shown_address(url_));
  }
}

void metric_poster::write(exposition& into) const {
  if (!listened_to()) return;
  const std::lock_guard lock(mutex_);
  into.family("deployment_manager_metric_messages_total", "counter",
              "Messages to metric_logger_url: those that it took, those that it did not, and looks "
              "that a newer one replaced before they were sent.");
  into.sample({{"outcome", "succeeded"}}, static_cast<double>(succeeded_));
  into.sample({{"outcome", "failed"}}, static_cast<double>(failed_));
  into.sample({{"outcome", "replaced"}}, static_cast<double>(left_out_));
}

}  // namespace manager::metrics
