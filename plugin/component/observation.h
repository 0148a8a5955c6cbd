// The YARN applications of one component, sorted by epoch: the same view for the guard, status,
// start and stop.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "cluster/yarn_application.h"
#include "component/component_log.h"
#include "component/log_record.h"
#include "flink/job_checkpoints.h"

namespace dm::component {

// The applications that carry an epoch tag of the component, newest epoch last. One without such a
// tag (somebody gave it the component's tag by hand) counts as epoch 0, older than any.
using applications_by_epoch = std::map<std::uint64_t, std::vector<cluster::yarn_application>>;
applications_by_epoch group_by_epoch(const std::vector<cluster::yarn_application>& applications,
                                     const std::string& id);
// Whether it is the component's own, and not another user's that carries its tag: somebody else may
// give an application any tag, and nothing follows from that. An empty user is not compared.
bool belongs_to(const cluster::yarn_application& application, const std::string& user);
// The same without those of other users.
applications_by_epoch group_by_epoch(std::vector<cluster::yarn_application> applications,
                                     const std::string& id, const std::string& user);

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
// The address that a guard saw last, where YARN does not tell it: it is silent, has just failed
// over, or hides it. Of that application; with an empty id of the newest incarnation while it has
// no end. Empty: none was seen.
std::string last_known_job_manager(const log_snapshot& log, const std::string& application_id);
// The newest incarnation's application, which was seen, has no end in the log, and which YARN does
// not list: it was restarted without its state, or is recovering it. Whether it lives its
// JobManager tells. nullptr: there is no such one.
const application_fact* denied_application(const log_snapshot& log,
                                           const applications_by_epoch& groups);

// What the JobManager says of the job's checkpoints, as it is recorded (D-57).
checkpoint_fact checkpoints_of(std::uint64_t epoch, const std::string& job_id,
                               const flink::job_checkpoints& said);

}  // namespace dm::component
