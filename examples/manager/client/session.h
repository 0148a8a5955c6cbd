// What a command works with: its options, where it writes, and the Deployment Manager, which is
// found when it is first asked.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "client/contexts.h"
#include "client/operation.h"
#include "client/output.h"
#include "client/server.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace dmctl {

/// Those that every command takes.
struct common_options {
  std::string context;
  place where;
  bool json = false;
  bool wait = true;
  std::optional<std::chrono::milliseconds> timeout;  // of waiting for the end of an operation
  std::chrono::milliseconds request_timeout{90'000};
  std::chrono::milliseconds connect_timeout{10'000};
};

class session {
 public:
  session(const common_options& options, output& out, const interruption& stop)
      : options_(options), out_(out), stop_(stop) {}

  const common_options& options() const { return options_; }
  output& out() { return out_; }
  const interruption& stop() const { return stop_; }
  /// Throws problem (usage).
  const chosen_place& chosen();
  server& manager();

  /// The rest of a write that has begun an operation: waited for, or not; told. `what` is what was
  /// asked for: "start of counting".
  exit_code finish_write(const server::reply& begun, const std::string& what);
  /// The same for an operation that is known.
  exit_code finish_operation(const std::string& id, const std::string& what);
  /// Where the list that was shown has more: how to see it.
  void tell_next(const std::string& next);

 private:
  void tell_end(const json::value& operation, const std::string& what,
                std::chrono::milliseconds took);

  const common_options& options_;
  output& out_;
  const interruption& stop_;
  std::optional<chosen_place> chosen_;
  std::unique_ptr<connection> wire_;
  std::unique_ptr<server> manager_;
};

/// How to find out what became of a write whose answer was lost.
std::string operations_of(std::string_view object, std::string_view verb);

}  // namespace dmctl
