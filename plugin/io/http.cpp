// HTTP by curl's multi interface: the one wait of this project.
// SPDX-License-Identifier: Apache-2.0
#include "io/http.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <optional>

#include "io/batch.h"
#include "io/sigpipe.h"

namespace dm::io {

namespace {

// Idle connections of one client are bounded together, over all its handles. A server gives each of
// them a descriptor, and supervisord has a thousand.
constexpr std::size_t idle_connections = 8;
constexpr std::size_t connections_of_a_handle = 4;  // at least
constexpr std::chrono::seconds oldest_handle{60};

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
  struct idle_handle {
    multi_handle multi;
    std::size_t connections = 0;  // that it may keep open
    steady_time since;
  };
  std::mutex mutex;
  std::vector<idle_handle> idle;

  // Checks a handle out for so many requests at once, and back in at the end of the operation.
  class lease {
   public:
    lease(implementation& pool, std::size_t side_by_side) : pool_(pool) {
      std::vector<idle_handle> closing;  // after the lock is given back
      {
        const std::lock_guard lock(pool_.mutex);
        pool_.take_old(closing, idle_connections);
        if (!pool_.idle.empty()) {
          mine_ = std::move(pool_.idle.back());
          pool_.idle.pop_back();
        }
      }
      if (!mine_.multi) mine_.multi.reset(curl_multi_init());
      if (!mine_.multi || side_by_side <= mine_.connections) return;
      // Fewer would be opened and closed all the time while many requests run.
      mine_.connections = std::max(side_by_side, connections_of_a_handle);
      curl_multi_setopt(mine_.multi.get(), CURLMOPT_MAXCONNECTS,
                        static_cast<long>(mine_.connections));
    }
    ~lease() {
      if (!mine_.multi || mine_.connections > idle_connections) return;
      std::vector<idle_handle> closing;
      try {
        const std::lock_guard lock(pool_.mutex);
        pool_.take_old(closing, idle_connections - mine_.connections);
        mine_.since = std::chrono::steady_clock::now();
        pool_.idle.push_back(std::move(mine_));
      } catch (const std::bad_alloc&) {
        mine_.multi.reset();
      }
    }
    lease(const lease&) = delete;
    lease& operator=(const lease&) = delete;
    CURLM* get() const { return mine_.multi.get(); }

   private:
    implementation& pool_;
    idle_handle mine_;
  };

 private:
  // Takes out the oldest ones: those past their age, and as many as exceed `connections`.
  void take_old(std::vector<idle_handle>& closing, std::size_t connections) {
    const steady_time oldest = std::chrono::steady_clock::now() - oldest_handle;
    const auto kept = [this] {
      std::size_t sum = 0;
      for (const idle_handle& one : idle) sum += one.connections;
      return sum;
    };
    while (!idle.empty() && (idle.front().since < oldest || kept() > connections)) {
      closing.push_back(std::move(idle.front()));
      idle.erase(idle.begin());
    }
  }
};

namespace {

error no_handle() {
  error e;
  e.code = status_code::resource_exhausted;
  e.message = "libcurl cannot allocate what an operation needs (memory or descriptors)";
  return e;
}

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

void http_client::perform_each(const operation& op, std::size_t count, const maker& make,
                               const taker& take, std::size_t connections) {
  rounds(*this, std::min(connections, count)).perform_each(op, count, make, take, connections);
}

struct http_client::rounds::state {
  implementation::lease multi;
  std::size_t connections;
};

http_client::rounds::rounds(http_client& client, std::size_t connections)
    : state_(new state{{*client.implementation_, connections}, connections}) {}

http_client::rounds::~rounds() {
  const sigpipe_blocked quiet;  // closing a TLS connection writes
  state_.reset();
}

void http_client::rounds::perform_each(const operation& op, std::size_t count, const maker& make,
                                       const taker& take, std::size_t connections) {
  const sigpipe_blocked quiet;
  CURLM* const multi = state_->multi.get();
  if (multi == nullptr) {
    for (std::size_t i = 0; i < count; ++i) take(i, fail(no_handle()));
    return;
  }
  batch(multi, op, count, make, take).run(std::min(connections, state_->connections));
}

std::vector<result<http_response>> http_client::perform_all(const operation& op,
                                                            std::span<const http_request> requests,
                                                            std::size_t connections) {
  std::vector<result<http_response>> answers(requests.size());
  perform_each(
      op, requests.size(), [&](std::size_t i) { return requests[i]; },
      [&](std::size_t i, result<http_response> answer) { answers[i] = std::move(answer); },
      connections);
  return answers;
}

http_client::first_answer http_client::perform_first(const operation& op,
                                                     std::span<const http_request> requests,
                                                     milliseconds head_start, const judge& good) {
  const sigpipe_blocked quiet;
  const implementation::lease multi(*implementation_, requests.size());
  if (multi.get() == nullptr) {
    return {std::nullopt, std::vector<result<http_response>>(requests.size(), fail(no_handle()))};
  }
  first_answer first{std::nullopt, std::vector<result<http_response>>(requests.size())};
  batch(
      multi.get(), op, requests.size(), [&](std::size_t i) { return requests[i]; },
      [&](std::size_t i, result<http_response> answer) {
        first.answers[i] = std::move(answer);
        if (!first.winner && good(first.answers[i])) first.winner = i;
      })
      .run_first(head_start, [&] { return first.winner.has_value(); });
  return first;
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
  std::vector<implementation::idle_handle> closing;
  const std::lock_guard lock(implementation_->mutex);
  closing.swap(implementation_->idle);
}

}  // namespace dm::io
