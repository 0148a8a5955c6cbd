// One savepoint under way, by trigger or by stop: the ledger, the request to Flink, the waiting, the
// result. What both verbs share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "lifecycle/component_data.h"
#include "lifecycle/live_job.h"
#include "lifecycle/session.h"
#include "state/savepoint_ledger.h"

namespace dm::lifecycle {

struct savepoint_progress {
  bool sent = false;      // this call sent the request
  bool finished = false;  // result is set
  state::requested_record requested;
  std::optional<state::result_record> result;
};

// Carries the operation on from wherever it stands (D-14): its result; else, of a completed savepoint
// in its directory, a result made of that; else what the JobManager says; only then a request.
//   requested: used when there is no record of that operation yet. One that stands wins:
//     FAILED_PRECONDITION when it belongs to another job than `job` and has no result and no files.
//   job: nullopt when nothing lives: only the first two sources are asked.
//   wait: false returns after the request was sent.
// DEADLINE_EXCEEDED and CANCELLED leave the savepoint going on. UNAVAILABLE: HDFS or the JobManager
// does not answer. FAILED_PRECONDITION: Flink refuses, or the operation cannot be continued.
// A failed savepoint is no error: its result says why.
result<savepoint_progress> carry_on_savepoint(session& session, const io::operation& op,
                                              const component_data& data,
                                              state::savepoint_ledger& ledger,
                                              const state::requested_record& requested,
                                              const std::optional<live_job>& job, bool wait);

}  // namespace dm::lifecycle
