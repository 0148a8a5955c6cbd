// What the opaque dm_call of the ABI is, and the operation that runs under one.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "boundary/session.h"
#include "dm_plugin.h"
#include "io/operation.h"

// Bounds, observes and cancels one operation at a time. cancel is for any thread; everything else
// is constant after call_open() or belongs to the thread of the operation.
struct dm_call {
  explicit dm_call(const dm_session& owner) : session(&owner) {}

  const dm_session* const session;
  dm::io::cancellation cancel;   // sticky (D-8)
  std::uint64_t timeout_ms = 0;  // 0: the session's default for the verb
  std::string correlation_id;    // may be empty
  void* user = nullptr;
  void (*on_event)(void* user, dm_string event) = nullptr;
  std::atomic<bool> busy{false};  // an operation runs under this call
};

namespace dm::boundary {

// Reads the options by their struct_size (DM-3). INVALID_ARGUMENT for a size of 0 or a correlation
// id without data.
result<void> read_call_options(const dm_call_options& options, dm_call& call);

// Marks a call as serving an operation, for as long as it lives.
class call_use {
 public:
  // FAILED_PRECONDITION when another operation runs under the call, INVALID_ARGUMENT when it is
  // another session's. A NULL call is always fine (DM-21).
  static result<call_use> begin(const dm_session& session, dm_call* call);

  call_use(call_use&& other) noexcept : call_(std::exchange(other.call_, nullptr)) {}
  call_use& operator=(call_use&&) = delete;
  ~call_use() {
    if (call_ != nullptr) call_->busy.store(false, std::memory_order_release);
  }

 private:
  explicit call_use(dm_call* call) : call_(call) {}
  dm_call* call_;
};

// One operation as the layers below see it: deadline, cancellation, and log lines and events that
// say which verb of which component they are about. Its sinks point into it, so it stays where it
// is.
class running_operation {
 public:
  // The deadline counts from here (DM-19).
  running_operation(const dm_session& session, dm_call* call, std::string_view verb);
  ~running_operation();
  running_operation(const running_operation&) = delete;
  running_operation& operator=(const running_operation&) = delete;

  // What log lines and events name from now on: "namespace/application/component".
  void set_component(std::string text);

  const io::operation& operation() const { return operation_; }
  std::string_view correlation_id() const { return correlation_id_; }
  std::string_view verb() const { return verb_; }

 private:
  void send_event(std::string_view phase, std::string_view message,
                  const io::progress_facts& facts) const;

  const dm_session& session_;
  const dm_call* call_;
  std::optional<io::cancellation> own_;  // of an operation without a call (DM-21)
  io::cancellation& cancel_;
  std::string_view verb_;
  std::string component_;
  std::string_view correlation_id_;
  io::operation operation_;
};

}  // namespace dm::boundary
