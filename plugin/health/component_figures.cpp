// The components of type flink as the Deployment Manager saw them last.
// SPDX-License-Identifier: Apache-2.0
#include "health/component_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "health/prometheus_text.h"
#include "health/shown_text.h"

namespace dm::health {

namespace {

constexpr std::string_view prefix = "deployment_manager_component_";
constexpr std::size_t most_names = 10;  // in one cause

// Components that share a fate: how many, and the first of their names.
struct group {
  std::int64_t count = 0;
  std::vector<std::string> names;

  void add(const std::string& name) {
    ++count;
    if (names.size() < most_names) names.push_back(shown(name, 120));
  }
  std::string text() const {
    std::string list;
    for (const std::string& one : names) list += (list.empty() ? "" : ", ") + one;
    const auto more = count - static_cast<std::int64_t>(names.size());
    return more > 0 ? fmt::format("{} and {} more", list, more) : list;
  }
};

bool runs(const component_seen& one) { return one.state == "RUNNING" || one.state == "RESTARTING"; }

std::string duration(double seconds) {
  // In this order: what is no number is less than nothing, too.
  const auto whole = static_cast<std::int64_t>(seconds > 0 ? std::min(seconds, 1e12) : 0.0);
  if (whole < 120) return fmt::format("{} s", whole);
  return whole < 7200 ? fmt::format("{} min", whole / 60) : fmt::format("{} h", whole / 3600);
}

std::int64_t checkpoint_limit(const limits& limit, const std::string& name) {
  const auto own = limit.checkpoint_age_of.find(name);
  return own == limit.checkpoint_age_of.end() ? limit.checkpoint_age_s : own->second;
}

}  // namespace

result<components_seen> read_components(std::string_view metrics) {
  components_seen seen;
  const auto take = [&](const sample& one) {
    const std::string_view what = one.name.substr(prefix.size());
    if (what == "figures_age_seconds") {
      seen.age_s = one.value;
      return;
    }
    if (one.label("type") != "flink") return;
    const std::string name = fmt::format("{}/{}", one.label("application"), one.label("component"));
    if (what == "state") {
      component_seen& component = seen.components[name];
      component.state = one.label("state");
      component.confidence = one.label("confidence");
      component.unwatched = one.label("watched") == "false";
    } else if (what == "checkpoint_age_seconds") {
      seen.components[name].checkpoint_age_s = one.value;
    }
  };
  if (auto read = read_samples(metrics, prefix, take); !read) return fail(std::move(read.error()));
  return seen;
}

void judge_components(const components_seen& seen, const limits& limit, finding& found) {
  if (!seen.age_s) {
    found.warn(
        "how the components are could not be told: the Deployment Manager has not looked at them "
        "yet, or its metrics_interval_ms is 0");
    return;
  }
  if (!(*seen.age_s <= static_cast<double>(limit.figures_age_s))) {
    found.warn(fmt::format(
        "how the components are could not be told: the Deployment Manager looked at them {} ago",
        duration(*seen.age_s)));
    return;
  }
  group failed;
  group backoff;
  group unwatched;
  group late;
  group untold;
  for (const auto& [name, one] : seen.components) {
    if (one.state.empty() || one.state == "UNKNOWN" || one.confidence != "confirmed")
      untold.add(name);
    if (one.state == "FAILED") failed.add(name);
    if (one.state == "BACKOFF") backoff.add(name);
    if (one.unwatched) unwatched.add(name);
    const std::int64_t most = checkpoint_limit(limit, name);
    if (runs(one) && most > 0 && one.checkpoint_age_s &&
        !(*one.checkpoint_age_s <= static_cast<double>(most)))
      late.add(fmt::format("{} ({}, limit {})", name, duration(*one.checkpoint_age_s),
                           duration(static_cast<double>(most))));
  }
  const auto tell = [&](const group& of, level severity, std::string_view what) {
    if (of.count > 0 && severity != level::ok)
      found.causes.push_back({severity, fmt::format("{}: {}", what, of.text())});
  };
  tell(failed, limit.failed_components, "FAILED components");
  tell(backoff, level::warn, "components in BACKOFF, after a failure");
  tell(unwatched, level::warn,
       "components that run unwatched, so that nothing would bring them up again");
  tell(late, level::warn, "running components whose last checkpoint is too old");
  tell(untold, level::warn, "components whose state could not be told for certain");

  const auto count = static_cast<std::int64_t>(seen.components.size());
  found.says.push_back(counted(count, "component"));
  found.figures.push_back({"flink.components_count", count});
  found.figures.push_back({"flink.components_failed_count", failed.count});
  found.figures.push_back({"flink.components_backoff_count", backoff.count});
  found.figures.push_back({"flink.components_unwatched_count", unwatched.count});
  found.figures.push_back({"flink.components_checkpoint_late_count", late.count});
  found.figures.push_back({"flink.components_unknown_count", untold.count});
}

}  // namespace dm::health
