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

batch::batch(CURLM* multi, const operation& op, std::size_t count, http_client::maker make,
             http_client::taker take)
    : multi_(multi),
      op_(op),
      make_(std::move(make)),
      take_(std::move(take)),
      transfers_(count),
      taken_(count, false) {}

batch::~batch() {
  for (const auto& one : transfers_) {
    if (one) curl_multi_remove_handle(multi_, one->handle());
  }
}

void batch::run(std::size_t connections) {
  connections = std::max<std::size_t>(connections, 1);
  while (going_on()) {
    while (active_ < connections && !all_started()) start(next_++);
    if (!perform()) break;
    if (collect() && !all_started()) continue;
    if (active_ == 0 && all_started()) break;
    if (!wait(op_.remaining())) break;
  }
}

void batch::run_first(milliseconds head_start, const std::function<bool()>& enough) {
  const steady_time all_at = std::chrono::steady_clock::now() + head_start;
  if (!all_started()) start(next_++);
  while (going_on()) {
    const auto now = std::chrono::steady_clock::now();
    while ((active_ == 0 || now >= all_at) && !all_started()) start(next_++);
    if (!perform()) break;
    collect();
    if (enough()) return interrupt(given_up());
    if (active_ == 0 && all_started()) break;
    if (active_ == 0) continue;
    const milliseconds until_all =
        all_started() ? op_.remaining() : std::chrono::ceil<milliseconds>(all_at - now);
    if (!wait(std::min(op_.remaining(), until_all))) break;
  }
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
  std::unique_ptr<transfer> one;
  if (spare_.empty()) {
    one = std::make_unique<transfer>();
  } else {
    one = std::move(spare_.back());
    spare_.pop_back();
  }
  // Its time limit is not shortened to the operation's deadline: going_on() watches that one, and
  // libcurl's timer can fire a moment before it, which would read as a service that does not
  // answer.
  if (auto ready = one->prepare(make_(index), index); !ready)
    return take(index, fail(std::move(ready.error())));
  if (const CURLMcode code = curl_multi_add_handle(multi_, one->handle()); code != CURLM_OK)
    return take(index, fail(broken(code)));
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
    auto answer = over->finish(code);
    // This request's time-out and the operation's deadline may be the same moment: the deadline is
    // the reason then.
    if (code == CURLE_OPERATION_TIMEDOUT && op_.remaining() == milliseconds(0))
      answer = fail(over->interrupted(op_.check("an HTTP answer").error()));
    if (!all_started()) spare_.push_back(std::move(transfers_[index]));
    transfers_[index].reset();
    --active_;
    any = true;
    take(index, std::move(answer));
  }
  return any;
}

void batch::interrupt(const error& why) {
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    if (!taken_[i]) take(i, fail(transfers_[i] ? transfers_[i]->interrupted(why) : why));
  }
}

void batch::take(std::size_t index, result<http_response> answer) {
  taken_[index] = true;
  take_(index, std::move(answer));
}

}  // namespace dm::io
