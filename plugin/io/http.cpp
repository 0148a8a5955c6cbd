// HTTP by curl's multi interface: the one wait of this project.
// SPDX-License-Identifier: Apache-2.0
#include "io/http.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>

#include "io/sigpipe.h"
#include "io/transfer.h"

namespace dm::io {

namespace {

constexpr milliseconds longest_poll{60'000};
constexpr long idle_connections = 64;

int poll_timeout(milliseconds duration) {
  return static_cast<int>(std::clamp(duration, milliseconds(0), longest_poll).count());
}

void initialise_libcurl() {
  // Once, and never undone: the host may use libcurl itself.
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

struct multi_closer {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using multi_handle = std::unique_ptr<CURLM, multi_closer>;

}  // namespace

// Idle multi handles, each with its open connections; the one used last first, so that the others
// can grow old.
struct http_client::implementation {
  std::mutex mutex;
  std::vector<multi_handle> idle;

  // Checks a handle out, and back in at the end of the operation.
  class lease {
   public:
    explicit lease(implementation& pool) : pool_(pool) {
      const std::lock_guard lock(pool_.mutex);
      if (!pool_.idle.empty()) {
        multi_ = std::move(pool_.idle.back());
        pool_.idle.pop_back();
        return;
      }
      multi_.reset(curl_multi_init());
      if (multi_) curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, idle_connections);
    }
    ~lease() {
      if (!multi_) return;
      try {
        const std::lock_guard lock(pool_.mutex);
        pool_.idle.push_back(std::move(multi_));
      } catch (const std::bad_alloc&) {
        multi_.reset();
      }
    }
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    CURLM* get() const { return multi_.get(); }

   private:
    implementation& pool_;
    multi_handle multi_;
  };
};

namespace {

// Requests side by side on one multi handle.
class batch {
 public:
  batch(CURLM* multi, const operation& op, std::span<const http_request> requests)
      : multi_(multi),
        op_(op),
        requests_(requests),
        transfers_(requests.size()),
        answers_(requests.size()) {}

  ~batch() {
    for (const auto& one : transfers_) {
      if (one) curl_multi_remove_handle(multi_, one->handle());
    }
  }
  batch(const batch&) = delete;
  batch& operator=(const batch&) = delete;

  std::vector<result<http_response>> run(std::size_t connections) {
    connections = std::max<std::size_t>(connections, 1);
    for (;;) {
      if (auto going_on = op_.check("HTTP answers"); !going_on) {
        interrupt(going_on.error());
        break;
      }
      while (active_ < connections && next_ < requests_.size()) start(next_++);
      int running = 0;
      if (const CURLMcode code = curl_multi_perform(multi_, &running); code != CURLM_OK) {
        interrupt(broken(code));
        break;
      }
      if (collect() && next_ < requests_.size()) continue;
      if (active_ == 0 && next_ == requests_.size()) break;
      if (const CURLMcode code = wait(); code != CURLM_OK) {
        interrupt(broken(code));
        break;
      }
    }
    std::vector<result<http_response>> answers;
    answers.reserve(answers_.size());
    for (auto& answer : answers_) answers.push_back(std::move(*answer));
    return answers;
  }

 private:
  void start(std::size_t index) {
    auto one = std::make_unique<transfer>(requests_[index]);
    // Not shortened to the operation's deadline: run() watches that one, and libcurl's timer can
    // fire a moment before it, which would read as a service that does not answer.
    if (auto ready = one->prepare(requests_[index].timeout); !ready) {
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

  // Takes out what is over; true when there was any.
  bool collect() {
    bool any = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;  // the message dies with the removal below
      transfer* over = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &over);
      const auto found = std::find_if(transfers_.begin(), transfers_.end(),
                                      [over](const auto& one) { return one.get() == over; });
      const auto index = static_cast<std::size_t>(found - transfers_.begin());
      curl_multi_remove_handle(multi_, over->handle());
      answers_[index] = over->finish(code);
      // This request's time-out and the operation's deadline may be the same moment: the deadline
      // is the reason then.
      if (code == CURLE_OPERATION_TIMEDOUT && op_.remaining() == milliseconds(0)) {
        answers_[index] = fail(over->interrupted(op_.check("an HTTP answer").error()));
      }
      transfers_[index].reset();
      --active_;
      any = true;
    }
    return any;
  }

  CURLMcode wait() {
    curl_waitfd cancelled{};
    unsigned count = 0;
    if (op_.canceller() != nullptr) {
      cancelled.fd = op_.canceller()->descriptor();
      cancelled.events = CURL_WAIT_POLLIN;
      count = 1;
    }
    return curl_multi_poll(multi_, &cancelled, count, poll_timeout(op_.remaining()), nullptr);
  }

  void interrupt(const error& why) {
    for (std::size_t i = 0; i < answers_.size(); ++i) {
      if (answers_[i]) continue;
      answers_[i] = fail(transfers_[i] ? transfers_[i]->interrupted(why) : why);
    }
  }

  static error broken(CURLMcode code) {
    error e;
    e.code = code == CURLM_OUT_OF_MEMORY ? status_code::resource_exhausted : status_code::internal;
    e.message = std::string("libcurl cannot go on: ") + curl_multi_strerror(code);
    return e;
  }

  CURLM* multi_;
  const operation& op_;
  std::span<const http_request> requests_;
  std::vector<std::unique_ptr<transfer>> transfers_;
  std::vector<std::optional<result<http_response>>> answers_;
  std::size_t next_ = 0;
  std::size_t active_ = 0;
};

}  // namespace

http_client::http_client() : implementation_(std::make_unique<implementation>()) {
  initialise_libcurl();
}

http_client::~http_client() {
  const sigpipe_blocked quiet;  // closing a TLS connection writes
  implementation_.reset();
}

result<http_response> http_client::perform(const operation& op, const http_request& request) {
  return std::move(perform_all(op, std::span(&request, 1), 1).front());
}

std::vector<result<http_response>> http_client::perform_all(const operation& op,
                                                            std::span<const http_request> requests,
                                                            std::size_t connections) {
  const sigpipe_blocked quiet;
  const implementation::lease multi(*implementation_);
  if (multi.get() == nullptr) {
    const error e = fail(status_code::resource_exhausted,
                         "libcurl cannot allocate what an operation needs (memory or descriptors)")
                        .value();
    return std::vector<result<http_response>>(requests.size(), fail(e));
  }
  return batch(multi.get(), op, requests).run(connections);
}

result<void> http_client::sleep(const operation& op, milliseconds duration) {
  auto slept = wait_readable(op, {}, duration);
  if (!slept) return fail(std::move(slept.error()));
  return {};
}

result<bool> http_client::wait_readable(const operation& op, std::span<const int> descriptors,
                                        milliseconds duration) {
  // No transfer is under way, so this is poll(2) over the descriptors that curl_multi_poll would
  // get as extra ones.
  std::vector<pollfd> waiting;
  waiting.reserve(descriptors.size() + 1);
  for (const int descriptor : descriptors) waiting.push_back({descriptor, POLLIN, 0});
  if (op.canceller() != nullptr) waiting.push_back({op.canceller()->descriptor(), POLLIN, 0});
  const operation bounded = op.limited_to(duration);
  for (;;) {
    if (auto going_on = op.check("something to happen"); !going_on) {
      return fail(std::move(going_on.error()));
    }
    const milliseconds left = bounded.remaining();
    const int ready = ::poll(waiting.data(), waiting.size(), poll_timeout(left));
    if (ready < 0 && errno != EINTR) {
      return fail(status_code::internal, std::string("poll(2) failed: ") + std::strerror(errno));
    }
    if (ready <= 0) {
      if (ready == 0 && bounded.remaining() == milliseconds(0)) {
        if (auto going_on = op.check("something to happen"); !going_on) {
          return fail(std::move(going_on.error()));
        }
        return false;
      }
      continue;
    }
    for (std::size_t i = 0; i < descriptors.size(); ++i) {
      if ((waiting[i].revents & POLLNVAL) != 0) {
        return fail(status_code::invalid_argument, "cannot wait for a descriptor that is not open");
      }
      if (waiting[i].revents != 0 && !op.cancelled()) return true;
    }
  }
}

void http_client::close_idle() {
  const sigpipe_blocked quiet;
  std::vector<multi_handle> closing;
  const std::lock_guard lock(implementation_->mutex);
  closing.swap(implementation_->idle);
}

}  // namespace dm::io
