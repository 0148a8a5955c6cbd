// What the plugins see of components, asked when somebody wants to know: one status call per
// component type for any number of components, kept for a moment so that many clients cost little.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "application/components_apart.h"
#include "base/json.h"
#include "configuration/configuration.h"
#include "plugin/plugin_directory.h"
#include "registry/application_store.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace manager {

struct observation {
  /// The component's object of the status reply; nullptr when nothing was ever learnt.
  std::shared_ptr<const json::document> status;
  std::int64_t asked_at = 0;  // when `status` was learnt, or, without one, asked for; ms
  std::string problem;        // why there is nothing newer; empty when the question succeeded
  /// asked_at by a clock that nobody sets: what ages are counted by.
  std::chrono::steady_clock::time_point learnt{};
};

class observations {
 public:
  observations(const configuration& settings, plugin_directory& plugins,
               const components_apart& apart);

  /// One per component, in their order. A plugin that fails or does not answer in time, and an
  /// operation that has the component apart, make the last answer be given again, with `problem`
  /// saying why. Never throws for that. [any-thread]
  std::vector<observation> observe(const std::vector<component_record>& components, bool detail);

  /// An operation has changed the application: what was asked before that is not given again.
  /// [any-thread]
  void changed(const std::string& application);

 private:
  std::string key_of(const component_record& component, bool detail) const;
  void ask(const std::string& type, const std::vector<const component_record*>& components,
           bool detail);

  const configuration& settings_;
  plugin_directory& plugins_;
  const components_apart& apart_;
  std::mutex mutex_;
  std::map<std::string, observation> known_;  // guarded by mutex_
  // by application; guarded by mutex_
  std::map<std::string, std::chrono::steady_clock::time_point> changed_at_;
};

}  // namespace manager
