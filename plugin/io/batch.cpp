// HTTP requests side by side on one multi handle of libcurl.
// SPDX-License-Identifier: Apache-2.0
#include "io/batch.h"

#include <algorithm>

namespace dm::io {

namespace {

constexpr milliseconds longest_poll{60'000};

error broken(CURLMcode code) {
  error e;
  e.code = code == CURLM_OUT_OF_MEMORY ? status_code::resource_exhausted : status_code::internal;
  e.message = std::string("libcurl cannot go on: ") + curl_multi_strerror(code);
  return e;
}

error given_up() {
  error e;
  e.code = status_code::unavailable;
  e.message = "not waited for: another one has answered";
  return e;
}

}  // namespace

int poll_timeout(milliseconds duration) {
  return static_cast<int>(std::clamp(duration, milliseconds(0), longest_poll).count());
}

batch::batch(CURLM* multi, const operation& op, std::span<const http_request> requests)
    : multi_(multi),
      op_(op),
      requests_(requests),
      transfers_(requests.size()),
      answers_(requests.size()) {}

batch::~batch() {
  for (const auto& one : transfers_) {
    if (one) curl_multi_remove_handle(multi_, one->handle());
  }
}

std::vector<result<http_response>> batch::run(std::size_t connections) {
  connections = std::max<std::size_t>(connections, 1);
  while (going_on()) {
    while (active_ < connections && next_ < requests_.size()) start(next_++);
    if (!perform()) break;
    if (collect() && next_ < requests_.size()) continue;
    if (active_ == 0 && next_ == requests_.size()) break;
    if (!wait(op_.remaining())) break;
  }
  return answers();
}

http_client::first_answer batch::run_first(milliseconds head_start,
                                           const http_client::judge& good) {
  const steady_time all_at = std::chrono::steady_clock::now() + head_start;
  std::vector<bool> judged(requests_.size(), false);
  std::optional<std::size_t> winner;
  if (!requests_.empty()) start(next_++);
  while (going_on()) {
    const auto now = std::chrono::steady_clock::now();
    if (active_ == 0 || now >= all_at) {
      while (next_ < requests_.size()) start(next_++);
    }
    if (!perform()) break;
    collect();
    for (std::size_t i = 0; i < answers_.size() && !winner; ++i) {
      if (!answers_[i] || judged[i]) continue;
      judged[i] = true;
      if (good(*answers_[i])) winner = i;
    }
    if (winner || (active_ == 0 && next_ == requests_.size())) break;
    if (active_ == 0) continue;
    const milliseconds until_all =
        next_ < requests_.size() ? std::chrono::ceil<milliseconds>(all_at - now) : op_.remaining();
    if (!wait(std::min(op_.remaining(), until_all))) break;
  }
  if (winner) interrupt(given_up());
  return {winner, answers()};
}

bool batch::going_on() {
  auto ended = op_.check("HTTP answers");
  if (ended) return true;
  interrupt(ended.error());
  return false;
}

bool batch::perform() {
  int running = 0;
  const CURLMcode code = curl_multi_perform(multi_, &running);
  if (code != CURLM_OK) interrupt(broken(code));
  return code == CURLM_OK;
}

bool batch::wait(milliseconds limit) {
  curl_waitfd cancelled{};
  unsigned count = 0;
  if (op_.canceller() != nullptr) {
    cancelled.fd = op_.canceller()->descriptor();
    cancelled.events = CURL_WAIT_POLLIN;
    count = 1;
  }
  const CURLMcode code = curl_multi_poll(multi_, &cancelled, count, poll_timeout(limit), nullptr);
  if (code != CURLM_OK) interrupt(broken(code));
  return code == CURLM_OK;
}

void batch::start(std::size_t index) {
  auto one = std::make_unique<transfer>(requests_[index], index);
  // Not shortened to the operation's deadline: going_on() watches that one, and libcurl's timer can
  // fire a moment before it, which would read as a service that does not answer.
  easy_handle spare(nullptr, &curl_easy_cleanup);
  if (!spare_.empty()) {
    spare = std::move(spare_.back());
    spare_.pop_back();
  }
  if (auto ready = one->prepare(requests_[index].timeout, std::move(spare)); !ready) {
    answers_[index] = fail(std::move(ready.error()));
    return;
  }
  if (const CURLMcode code = curl_multi_add_handle(multi_, one->handle()); code != CURLM_OK) {
    answers_[index] = fail(broken(code));
    return;
  }
  transfers_[index] = std::move(one);
  ++active_;
}

bool batch::collect() {
  bool any = false;
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;  // the message dies with the removal below
    transfer* over = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &over);
    const std::size_t index = over->index();
    curl_multi_remove_handle(multi_, over->handle());
    answers_[index] = over->finish(code);
    // This request's time-out and the operation's deadline may be the same moment: the deadline is
    // the reason then.
    if (code == CURLE_OPERATION_TIMEDOUT && op_.remaining() == milliseconds(0)) {
      answers_[index] = fail(over->interrupted(op_.check("an HTTP answer").error()));
    }
    if (next_ < requests_.size()) spare_.push_back(over->take_handle());
    transfers_[index].reset();
    --active_;
    any = true;
  }
  return any;
}

void batch::interrupt(const error& why) {
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    if (answers_[i]) continue;
    answers_[i] = fail(transfers_[i] ? transfers_[i]->interrupted(why) : why);
  }
}

std::vector<result<http_response>> batch::answers() {
  std::vector<result<http_response>> all;
  all.reserve(answers_.size());
  for (auto& answer : answers_) all.push_back(std::move(*answer));
  return all;
}

}  // namespace dm::io
