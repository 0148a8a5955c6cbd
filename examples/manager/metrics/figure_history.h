// Figures of running components over the last hours: one ring of points for each, all rings
// together within a bound, however many components and names there are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "registry/application_store.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace manager::metrics {

/// In the order in which they were told.
using figure_values = std::vector<std::pair<std::string, double>>;

/// What was told of one component at one look.
struct figure_sample {
  component_record component;
  std::optional<figure_values> values;  // nullopt: it does not run, or could not be told
  std::string problem;                  // why it could not be told
};

struct figure_point {
  std::int64_t at = 0;         // ms since 1970
  std::vector<double> values;  // by figure_series::names, which may have more; not a number: none
};

/// What is known of one component.
struct figure_series {
  std::int64_t observed_at = 0;          // of the newest sample; ms since 1970
  std::optional<figure_values> current;  // of that one
  std::string problem;                   // of that one
  std::vector<std::string> names;
  std::vector<figure_point> points;  // oldest first
};

class figure_history {
 public:
  /// Of a component: names, and what they may be. Others are left out, since they end in the paths
  /// and names of other programs.
  static constexpr std::size_t most_names = 32;
  static bool is_figure_name(std::string_view name);

  explicit figure_history(std::size_t most_bytes = std::size_t{32} << 20,
                          std::chrono::milliseconds kept = std::chrono::hours(6))
      : most_bytes_(most_bytes), kept_ms_(kept.count()) {}

  /// One look at all components; those that are not in it are forgotten. [any-thread]
  void add(std::int64_t at, const std::vector<figure_sample>& samples);
  /// nullopt: there was no look at it yet. [any-thread]
  std::optional<figure_series> of(const component_record& component, bool with_points) const;
  /// For tests.
  std::size_t bytes() const;

 private:
  struct ring {
    figure_series known;  // without points
    std::deque<figure_point> points;
    bool seen = false;
  };

  static std::string key_of(const component_record& component);
  static std::size_t bytes_of(const ring& one);
  static void append(ring& into, std::int64_t at, const figure_values& values);
  void shrink();

  const std::size_t most_bytes_;
  const std::int64_t kept_ms_;
  mutable std::mutex mutex_;
  std::map<std::string, ring> rings_;  // guarded by mutex_
};

}  // namespace manager::metrics
