// How the components are, looked at from time to time by a thread of its own: a scrape shows what
// was seen last and calls no plugin.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "configuration/configuration.h"
#include "metrics/exposition.h"
#include "observation/observations.h"
#include "plugin/plugin_directory.h"
#include "registry/registry.h"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace manager::metrics {

class component_figures {
 public:
  component_figures(const configuration& settings, registry& memory, observations& seen,
                    plugin_directory& plugins);
  ~component_figures() { stop(); }
  component_figures(const component_figures&) = delete;
  component_figures& operator=(const component_figures&) = delete;

  /// Looks every settings.metrics_interval; not at all where that is 0.
  void start();
  /// Cancels a look and waits for its end. Idempotent.
  void stop();

  /// One look: a status call and a call of the newest restore points for each component type. A
  /// plugin that does not answer leaves what was seen before. Never throws. [any-thread]
  void look();

  /// When the newest savepoint of a component that has one was completed, as it was seen last; by
  /// key_of(). [any-thread]
  std::map<std::string, std::int64_t> newest_savepoints();
  static std::string key_of(const component_record& component);
  /// The plugin's word for the component's state as it was seen last; empty: not known.
  /// [any-thread]
  std::string state_of(const component_record& component) const;

  /// Applications by state, from the registry; components as they were seen last.
  void write(exposition& into);

 private:
  struct figures {
    component_record component;
    std::string state;       // the plugin's word; empty: nothing is known
    std::string confidence;  // "stale" where there is a problem
    std::optional<bool> watched;
    std::optional<std::int64_t> restarts;
    std::optional<std::int64_t> checkpoint_at;  // when it was completed, ms since 1970
    std::optional<std::int64_t> savepoint_at;
  };

  std::vector<figures> look_at(const std::vector<component_record>& components);
  void look_at_restore_points(const std::string& type, std::string_view kind,
                              const std::vector<figures*>& of_type);
  void run();

  const configuration& settings_;
  registry& registry_;
  observations& seen_;
  plugin_directory& plugins_;
  cancellation ending_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;                                            // guarded by mutex_
  std::vector<figures> known_;                                      // guarded by mutex_
  std::optional<std::chrono::steady_clock::time_point> looked_at_;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace manager::metrics
