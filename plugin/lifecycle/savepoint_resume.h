// The resume verb: starts a component from a named restore point, on the component's own node
// (D-9). Blocking, idempotent; converges when it is repeated after having been killed at any
// instruction (INV-5).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "lifecycle/start.h"

namespace dm::lifecycle {

struct resume_request {
  input::component_data data;
  std::string user;
  std::string savepoint;   // id of a restore point, "latest", or an HDFS path
  std::string claim_mode;  // "no_claim", "claim", "legacy"; empty: the version's default
  bool allow_non_restored_state = false;
  bool foreign = false;  // the point may be another component's
  bool wait = true;
  bool keep_wanted = false;  // as of a start
};
// A running job is stopped with a savepoint first. The reply is start's, `changed` false when the
// component runs from that point already by this very request.
start_reply resume(context::session& session, const io::operation& op,
                   const resume_request& request);

}  // namespace dm::lifecycle
