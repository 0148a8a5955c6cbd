// One request between the server's thread, which has the connection, and the lanes' threads, which
// have the handlers.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/failure.h"
#include "http/http_gate.h"
#include "http/http_message.h"
#include "http/router.h"

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace manager {

/// A streamed answer's pieces on their way.
class http_stream_queue final : public http_stream {
 public:
  /// `wake` is called, on any thread, when there is something to take.
  explicit http_stream_queue(std::function<void()> wake) : wake_(std::move(wake)) {}

  bool write(std::string piece) override;
  void end() override;
  bool closed() const override;
  std::size_t waiting() const override;
  void close();

  struct taken {
    std::string bytes;
    bool ended = false;
  };
  taken take();

 private:
  static constexpr std::size_t most_waiting = 1U << 20;

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::string waiting_;  // guarded by mutex_
  bool ended_ = false;   // guarded by mutex_
  bool closed_ = false;  // guarded by mutex_
};

class http_exchange : public std::enable_shared_from_this<http_exchange> {
 public:
  enum class step { working, admitted, wants_body, answered };

  /// `wake` is called, on any thread, after each change of the step.
  explicit http_exchange(std::function<void()> wake) : wake_(std::move(wake)) {
    request.left = &left;
  }

  cancellation left;  // see http_request; [any-thread]

  // Set before the first job, not changed while one runs.
  http_request request;
  http_head head;
  const router::route* match = nullptr;
  route_lane lane = route_lane::quick;
  http_response answer_without_match;
  std::string body;  // of a route that does not stream

  /// A lane's job: asks the gate, and goes on to the handler at once where `and_run`.
  void admit(http_gate& gate, bool and_run);
  /// A lane's job: the handler.
  void run();
  /// Lets the handler read while the body arrives; else request.read_body gives `body`.
  void use_body(bool while_it_arrives);

  // What the connection does. [the server's thread]
  step now() const;
  void begin_again() { set(step::working); }
  void give(std::string piece);
  void give_end();
  void give_failure(failure_kind kind, std::string text);
  void refuse(http_response response);
  http_response take_answer();
  std::shared_ptr<http_stream_queue> stream() const { return stream_; }

 private:
  void set(step next);
  void set_answer(http_response response);
  void put_off(http_response response);
  void read_arriving(const std::function<void(std::string_view)>& receive);

  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  step step_ = step::working;  // guarded by mutex_
  std::string piece_;          // guarded by mutex_, as the rest
  bool has_piece_ = false;
  bool at_end_ = false;
  std::optional<failure> failed_;
  http_response answer_;
  std::shared_ptr<http_stream_queue> stream_;  // set before `answered`
};

}  // namespace manager
