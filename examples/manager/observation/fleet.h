// All applications with their components, looked at in one go: one read of the registry, one status
// call a component type.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "metrics/component_figures.h"
#include "observation/fleet_changes.h"
#include "observation/fleet_entry.h"
#include "observation/observations.h"
#include "operation/operation_runner.h"
#include "registry/registry.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace manager {

class fleet {
 public:
  /// All of it outlives this.
  fleet(registry& memory, observations& seen, operation_runner& runner,
        metrics::component_figures& figures);

  struct answer {
    fleet_changes::answer changes;  // texts are fleet_entry()s
    std::set<std::string> owners;   // of all applications
    std::int64_t observed_at = 0;   // the oldest good answer among the components; 0: none
  };
  /// May wait for plugins. [any-thread]
  answer look(std::string_view since);

 private:
  std::vector<fleet_application> read();

  registry& registry_;
  observations& seen_;
  operation_runner& runner_;
  metrics::component_figures& figures_;
  fleet_changes changes_;
  /// Properties are read again only when an operation has changed the application.
  struct known_kinds {
    std::string of;  // the operation, and when it ended
    std::vector<std::string> batch;
  };
  std::mutex mutex_;
  std::map<std::string, known_kinds> kinds_;  // guarded by mutex_
};

}  // namespace manager
