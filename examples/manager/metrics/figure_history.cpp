// Figures of running components over the last hours.
// SPDX-License-Identifier: Apache-2.0
#include "metrics/figure_history.h"

#include <algorithm>
#include <limits>

namespace manager::metrics {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t longest_name = 64;

}  // namespace

bool figure_history::is_figure_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_name &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

// With the create data: a component that was destroyed and made again is another one.
std::string figure_history::key_of(const component_record& component) {
  return component.application + "/" + component.type + "/" + component.name + "/" +
         component.data.value_or("");
}

std::size_t figure_history::bytes_of(const ring& one) {
  std::size_t bytes = sizeof(ring) + one.points.size() * sizeof(figure_point);
  for (const figure_point& point : one.points) bytes += point.values.capacity() * sizeof(double);
  return bytes;
}

void figure_history::append(ring& into, std::int64_t at, const figure_values& values) {
  auto& names = into.known.names;
  figure_point point;
  point.at = at;
  point.values.assign(names.size(), no_value);
  for (const auto& [name, value] : values) {
    const auto known = std::find(names.begin(), names.end(), name);
    if (known != names.end()) {
      point.values[static_cast<std::size_t>(known - names.begin())] = value;
    } else if (names.size() < most_names && is_figure_name(name)) {
      names.push_back(name);
      point.values.push_back(value);
    }
  }
  into.points.push_back(std::move(point));
}

void figure_history::add(std::int64_t at, const std::vector<figure_sample>& samples) {
  const std::lock_guard lock(mutex_);
  for (auto& [key, one] : rings_) one.seen = false;
  for (const figure_sample& sample : samples) {
    ring& one = rings_[key_of(sample.component)];
    one.seen = true;
    one.known.observed_at = at;
    one.known.problem = sample.problem;
    one.known.current = sample.values;
    if (one.known.current) {
      auto& current = *one.known.current;
      std::erase_if(current, [](const auto& figure) { return !is_figure_name(figure.first); });
      if (current.size() > most_names) current.resize(most_names);
      append(one, at, current);
    }
  }
  std::erase_if(rings_, [](const auto& entry) { return !entry.second.seen; });
  for (auto& [key, one] : rings_) {
    while (!one.points.empty() && one.points.front().at < at - kept_ms_) one.points.pop_front();
  }
  shrink();
}

// The longest rings first, a quarter of what they have, until all fit.
void figure_history::shrink() {
  std::size_t bytes = 0;
  std::size_t longest = 0;
  for (const auto& [key, one] : rings_) {
    bytes += bytes_of(one);
    longest = std::max(longest, one.points.size());
  }
  while (bytes > most_bytes_ && longest > 0) {
    const std::size_t left = longest - std::max<std::size_t>(1, longest / 4);
    for (auto& [key, one] : rings_) {
      if (one.points.size() <= left) continue;
      bytes -= bytes_of(one);
      one.points.erase(one.points.begin(), one.points.end() - static_cast<std::ptrdiff_t>(left));
      bytes += bytes_of(one);
    }
    longest = left;
  }
}

std::optional<figure_series> figure_history::of(const component_record& component,
                                                bool with_points) const {
  const std::lock_guard lock(mutex_);
  const auto found = rings_.find(key_of(component));
  if (found == rings_.end()) return std::nullopt;
  figure_series series = found->second.known;
  if (with_points) series.points.assign(found->second.points.begin(), found->second.points.end());
  return series;
}

std::size_t figure_history::bytes() const {
  const std::lock_guard lock(mutex_);
  std::size_t bytes = 0;
  for (const auto& [key, one] : rings_) bytes += bytes_of(one);
  return bytes;
}

}  // namespace manager::metrics
