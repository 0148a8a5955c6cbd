// What a component's properties say about its metrics.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flink/metric_scopes.h"
#include "package/property_reader.h"

namespace dm::package {

struct metrics_choice {
  std::optional<std::vector<std::string>> reporters;  // empty: none; nullopt: the node's
  std::optional<std::int64_t> interval_sec;           // nullopt: the node's
  // Behind the component's prefix; empty: flink::default_scope.
  std::array<std::string, flink::metric_scope_count> scopes;

  const std::string& scope(flink::metric_scope of) const {
    return scopes.at(static_cast<std::size_t>(of));
  }
  bool names_a_scope() const;
};

// "component_flink_metrics_scope_jm_job".
std::string_view property_of_scope(flink::metric_scope scope);

// configuration: component_flink_configuration and component_flink_config_args as they were read,
// to be compared with: one of a scope's two spellings may stand there, for which the table has no
// key.
metrics_choice read_metrics(
    property_reader& in, const std::vector<std::pair<std::string, std::string>>& configuration,
    const std::vector<std::pair<std::string, std::string>>& option_configuration);

}  // namespace dm::package
