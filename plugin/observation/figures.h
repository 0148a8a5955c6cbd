// The figures verb: key figures of running jobs, a batch of components side by side.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "component/component_name.h"
#include "context/session.h"
#include "input/component_data.h"

namespace dm::observation {

// Names have their unit last, and none begins like one of the default scopes of Flink's own metrics
// (flink/metric_scopes.h): below a component's prefix they are leaves, those are folders.
using figure_list = std::vector<std::pair<std::string_view, double>>;

struct component_figures {
  component::component_name name;
  // nullopt: no job of it runs. Each figure only where the job tells it.
  std::optional<figure_list> figures;
  std::optional<error> failure;  // whether one runs, or how it is, could not be told (INV-10)
};

struct figures_request {
  std::vector<input::component_data> components;
};

// One entry per component, in the order of the request. Never fails as a whole.
//
// YARN is asked for all of them by one question, then their JobManagers, all side by side in four
// rounds, each with what the one before left to ask: the jobs; what each has and has done; its
// vertices; the lag of its sources. Large programs are asked about their first vertices only.
std::vector<component_figures> figures(context::session& session, const io::operation& op,
                                       const figures_request& request);

}  // namespace dm::observation
