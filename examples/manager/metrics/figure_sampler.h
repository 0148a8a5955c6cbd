// Asks the plugins for the figures of what runs, from time to time, by a thread of its own; keeps
// them for some hours, and has them told to whoever listens.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/cancellation.h"
#include "configuration/configuration.h"
#include "metrics/component_figures.h"
#include "metrics/exposition.h"
#include "metrics/figure_history.h"
#include "metrics/metric_poster.h"
#include "plugin/plugin_directory.h"
#include "registry/registry.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace manager::metrics {

class figure_sampler {
 public:
  figure_sampler(const configuration& settings, registry& memory, plugin_directory& plugins,
                 const component_figures& states);
  ~figure_sampler() { stop(); }
  figure_sampler(const figure_sampler&) = delete;
  figure_sampler& operator=(const figure_sampler&) = delete;

  /// Looks every settings.figures_interval; not at all where that is 0.
  void start();
  /// Cancels a look and waits for its end. Idempotent.
  void stop();

  /// One look: a call of figures for each component type whose plugin has dm.metrics/1. Never
  /// throws. [any-thread]
  void look();

  const figure_history& history() const { return history_; }
  void write(exposition& into);

 private:
  void run();
  void ask(const std::string& type, const std::vector<figure_sample*>& of_type);
  void tell(std::int64_t at, const std::vector<figure_sample>& samples);

  const configuration& settings_;
  registry& registry_;
  plugin_directory& plugins_;
  const component_figures& states_;
  figure_history history_;
  metric_poster poster_;
  cancellation ending_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace manager::metrics
