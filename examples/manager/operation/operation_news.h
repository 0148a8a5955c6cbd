// What those who follow the events are told about operations.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "operation/event_hub.h"
#include "operation/operation_board.h"
#include "registry/operation_history.h"

#include <string>

namespace manager {

/// All members may be called from any thread.
class operation_news {
 public:
  explicit operation_news(event_hub& events) : events_(events) {}

  /// The operation as it stands.
  void tell(const operation_view& one);
  void tell(const ended_operation& one);
  /// The state that it has brought its object to.
  void tell_state(const operation_record& operation, const std::string& state,
                  const std::string& information);
  /// `event`: what the plugin says that the component does.
  void tell_progress(const operation_record& operation, const std::string& component,
                     const json::value& event);

 private:
  event_hub& events_;
};

}  // namespace manager
