// What a session saw last of each component, for the time in which YARN does not answer.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "component/component_state.h"
#include "io/time.h"

namespace dm::context {

// Thread-safe.
class last_known {
 public:
  struct sight {
    component::component_state state = component::component_state::unknown;
    std::string application_id;  // empty: none was known
    std::string job_id;
    io::wall_time seen_at{};
  };

  // id: the component's. Only what was confirmed is to be remembered.
  void remember(const std::string& id, sight seen);
  std::optional<sight> of(const std::string& id) const;

 private:
  mutable std::mutex mutex_;
  std::unordered_map<std::string, sight> sights_;
};

}  // namespace dm::context
