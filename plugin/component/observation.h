// The YARN applications of one component, sorted by epoch: the same view for the guard, status,
// start and stop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cluster/yarn_application.h"
#include "component/log_record.h"
#include "flink/job_checkpoints.h"

namespace dm::component {

// The applications that carry an epoch tag of the component, newest epoch last. One without such a
// tag (somebody gave it the component's tag by hand) counts as epoch 0, older than any.
using applications_by_epoch = std::map<std::uint64_t, std::vector<cluster::yarn_application>>;
applications_by_epoch group_by_epoch(const std::vector<cluster::yarn_application>& applications,
                                     const std::string& id);

// The live ones of one epoch.
std::vector<const cluster::yarn_application*> live_of(const applications_by_epoch& groups,
                                                      std::uint64_t epoch);
// The newest epoch that has a live application; 0 when none has.
std::uint64_t newest_live_epoch(const applications_by_epoch& groups);
// Live applications of every other epoch: each is to be killed as soon as it is seen (INV-1).
std::vector<const cluster::yarn_application*> live_except(const applications_by_epoch& groups,
                                                          std::uint64_t epoch);

// What a terminal application came to, as far as YARN can tell. FINISHED/SUCCEEDED is `completed`;
// whether a stop made it so is for the caller to know (D-5). FINISHED/KILLED is a cancelled job,
// KILLED one killed through YARN.
outcome outcome_of(const cluster::yarn_application& application);

// The JobManager's REST address: "http://host:port", empty while YARN does not know it (D-33).
std::string job_manager_of(const cluster::yarn_application& application);

// What the JobManager says of the job's checkpoints, as it is recorded (D-57).
checkpoint_fact checkpoints_of(std::uint64_t epoch, const std::string& job_id,
                               const flink::job_checkpoints& said);

}  // namespace dm::component
