// One client that follows a log: what is new in it, and where it goes on when it has ended.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "http/http_message.h"
#include "logs/component_logs.h"
#include "logs/log_successor.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace manager {

/// Not thread-safe: one step after the other.
class log_follower {
 public:
  /// `tools` outlives it. The question's offset or tail say where it begins. owner: whose the
  /// application is; of a later one of the same name that is another's nothing is shown.
  log_follower(const application_tools& tools, component_record component, std::string owner,
               log_question question, std::shared_ptr<http_stream> to);

  /// Looks once, sends what there is, and says after how long it wants to look again. nullopt: it
  /// is over, the client is gone or has got the end.
  std::optional<std::chrono::milliseconds> step(cancellation& cancel);
  /// The client is not left waiting for what never comes; it may ask anew.
  void close() { to_->end(); }

 private:
  using pause = std::optional<std::chrono::milliseconds>;

  pause read(cancellation& cancel);
  /// trouble: why the source cannot be read now; empty: it has ended, or is gone.
  pause go_on(cancellation& cancel, const std::string& trouble);
  pause wait(const std::string& why, std::chrono::milliseconds length);
  void learn_identity(cancellation& cancel);
  void end(std::string_view why);  // says that nothing will follow; empty: it has just ended
  std::optional<application_record> application() const;  // nullopt: gone, or another's
  void send(std::string_view event, const json::value& data);
  void send_text(std::string_view event, std::string_view member, std::string_view text);

  const application_tools& tools_;
  component_record component_;
  std::string owner_;
  log_question question_;
  std::shared_ptr<http_stream> to_;
  log_identity source_;
  std::chrono::milliseconds quiet_;  // between two looks while nothing is new
  std::string waiting_for_;          // as it was told last
  int troubles_ = 0;                 // since something was read
};

}  // namespace manager
