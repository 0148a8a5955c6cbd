// What is told about an incarnation without a file.
// SPDX-License-Identifier: Apache-2.0
#include "logs/kept_text.h"

#include <fmt/format.h>

namespace dm::logs {

kept_text diagnostics_of(const application_place& place) {
  if (place.in_yarn && !place.in_yarn->diagnostics.empty())
    return {place.in_yarn->diagnostics + "\n", {}};
  if (place.end && !place.end->cause.empty()) {
    return {fmt::format("{} ({}, by the word of {})\n", place.end->cause,
                        component::to_string(place.end->outcome), place.end->source),
            {}};
  }
  if (place.in_yarn) return {{}, "YARN has said nothing about it"};
  if (place.yarn_silent) return {{}, "YARN does not answer, and no cause of its end is recorded"};
  return {{}, "YARN does not know the application, and no cause of its end is recorded"};
}

kept_text history_of(context::component_view& view, const io::operation& op,
                     const application_place& place) {
  if (place.living()) {
    return {{},
            place.in_yarn ? "its job runs; the history begins with its end"
                          : "whether its job has ended YARN does not tell now"};
  }
  std::string job_id = place.end ? place.end->job_id : std::string();
  if (job_id.empty()) {
    auto fact = view.log().application_of(op, place.epoch);
    if (fact && *fact) job_id = (*fact)->job_id;
  }
  if (job_id.empty()) return {{}, "which Flink job it was is not recorded"};
  const std::string& server = view.settings().history_server;
  if (server.empty()) {
    return {{}, fmt::format("no setting history_server; Flink's archive names the job {}", job_id)};
  }
  return {fmt::format("{}/#/jobs/{}\n", server, job_id), {}};
}

}  // namespace dm::logs
