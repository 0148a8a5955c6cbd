// The components of type flink as the Deployment Manager saw them last, from its /metrics: the one
// route that tells of all of them and asks neither a plugin nor the cluster.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "health/finding.h"
#include "health/settings.h"

namespace dm::health {

struct component_seen {
  std::string state;       // "RUNNING", "FAILED", ...; empty: not told
  std::string confidence;  // "confirmed", "stale", "unknown"
  bool unwatched = false;  // it runs, and no guard would bring it up again
  std::optional<double> checkpoint_age_s;
};

struct components_seen {
  std::optional<double> age_s;  // since they were looked at; nullopt: never
  std::map<std::string, component_seen, std::less<>> components;  // by "<application>/<component>"
};

// INVALID_ARGUMENT: not Prometheus' text format.
result<components_seen> read_components(std::string_view metrics);

// Causes and figures of all of them. What was looked at too long ago is told as such, and judged
// no further.
void judge_components(const components_seen& seen, const limits& limit, finding& found);

}  // namespace dm::health
