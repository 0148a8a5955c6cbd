// What can still be had of a failure: YARN's words, the job by its JobManager, the ends of its
// containers' logs.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cluster/resource_manager.h"
#include "component/incident.h"
#include "io/http.h"

namespace dm::guard {

// Where it is looked for; what is empty is not asked.
struct evidence_places {
  std::string application_id;
  std::string job_id;
  std::string job_manager;       // "http://host:port" of one that answers
  std::string job_manager_logs;  // page of the NodeManager (amContainerLogs)
};

// Asks all of them side by side, in a few rounds, and never longer than the operation may. Fills in
// what `kept` has not got already; what cannot be had is named in it, and is no error.
void gather_evidence(const io::operation& op, io::http_client& http,
                     cluster::resource_manager& yarn, const std::string& user,
                     const evidence_places& places, component::incident& kept);

}  // namespace dm::guard
