// How a component reports its metrics: Flink's keys, and the jars that Flink does not bring to the
// containers by itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "component/component_name.h"
#include "flink/installation.h"
#include "input/settings.h"
#include "io/error.h"
#include "package/descriptor.h"
#include "package/flink_configuration.h"
#include "package/warning.h"

namespace dm::package {

struct metrics_plan {
  std::vector<std::string> reporters;  // that are set up
  std::vector<std::string> ship;       // absolute paths
  std::vector<problem> problems;       // of what the component itself asks for
  std::vector<warning> warnings;       // of what it would have by the node's choice, and has not

  bool names_metrics = false;  // the scopes are set
};

// What all of a component's metrics begin with in Graphite.
std::string metric_prefix(const component::component_name& name);

// Adds to `configuration` what is not there yet: a key of the node's defaults or of the component's
// own counts as it is. Looks into the installation's directories.
metrics_plan plan_metrics(const input::settings& settings, const component::component_name& name,
                          const descriptor& descriptor, const flink::version& installed,
                          key_values& configuration);

}  // namespace dm::package
