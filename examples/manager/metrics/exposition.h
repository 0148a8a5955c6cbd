// The text format of Prometheus, version 0.0.4. Own, since it is these few lines: Debian's
// prometheus-cpp comes with an HTTP server and a push client that nobody needs here.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manager::metrics {

/// In the order in which they are shown; names are ours, values may be anything.
using labels = std::vector<std::pair<std::string, std::string>>;

inline constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

/// Durations in seconds, each counted in the buckets that it fits in.
class histogram {
 public:
  static constexpr std::array<double, 13> bounds = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1,
                                                    5,     10,    30,   60,   300, 900};
  void observe(double seconds);

  std::uint64_t count() const { return count_; }
  double sum() const { return sum_; }
  /// How many were at most bounds[index].
  std::uint64_t at_most(std::size_t index) const { return counts_.at(index); }

 private:
  std::array<std::uint64_t, bounds.size()> counts_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
};

class exposition {
 public:
  /// Begins a family, whose samples follow. type: "counter", "gauge" or "histogram".
  void family(std::string_view name, std::string_view type, std::string_view help);
  void sample(const labels& of, double value);
  void sample(const labels& of, const histogram& value);

  const std::string& text() const { return text_; }

 private:
  void line(std::string_view suffix, const labels& of, double value);

  std::string name_;  // of the family
  std::string text_;
};

}  // namespace manager::metrics
