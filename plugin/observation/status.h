// The status verb: a batch of components observed at once, with few requests for all of them
// together.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "context/session.h"
#include "observation/component_status.h"

namespace dm::observation {

struct status_request {
  std::vector<input::component_data> components;
  bool detail = false;  // incarnations, vertices
};

// One entry per component, in the order of the request. Never fails as a whole: what could not be
// asked is in the entries (state UNKNOWN or stale), since one dead cluster is no reason to say
// nothing.
//
// One request to supervisord, one to the ResourceManager by fleet tag, one per live job to its
// JobManager; one more only where that leaves a question: absence is confirmed, the log on HDFS is
// read where nothing lives, exceptions where not all tasks run.
std::vector<component_status> status(context::session& session, const io::operation& op,
                                     const status_request& request);

}  // namespace dm::observation
