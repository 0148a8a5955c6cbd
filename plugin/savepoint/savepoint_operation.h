// One savepoint under way, by trigger or by stop: the ledger, the request to Flink, the waiting,
// the result. What both verbs share.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "context/component_view.h"
#include "observation/live_job.h"
#include "state/restore_point.h"

namespace dm::savepoint {

struct savepoint_progress {
  bool sent = false;             // this call sent the request
  bool finished = false;         // result is set
  bool recorded_before = false;  // the result stood in the ledger already
  bool recorded = false;         // `requested` stands in the ledger
  bool job_gone = false;         // beside an error: its job has gone without completing it
  state::requested_record requested;
  std::optional<state::result_record> result;
};

// Carries the operation on from wherever it stands (D-14): its result; else, of a completed
// savepoint in its directory, a result made of that; else what the JobManager says; only then a
// request.
//   requested: used when there is no record of that operation yet. One that stands wins:
//     FAILED_PRECONDITION when it belongs to another job than `job` and has no result and no files,
//     or when a stop finds a trigger's. A trigger that finds a stop's asks for its result, and
//     never sends the request.
//   job: nullopt when nothing lives, by an answer that counts: only the first two sources are
//   asked,
//     and where they know nothing, a failed result is recorded.
//   wait: false returns after the request was sent.
// DEADLINE_EXCEEDED and CANCELLED leave the savepoint going on. UNAVAILABLE: HDFS or the JobManager
// does not answer. FAILED_PRECONDITION: the operation cannot be continued.
// A failed or refused savepoint is no error: its result says why. Beside an error `progress` says
// how far it has come.
result<void> carry_on_savepoint(context::component_view& view, const io::operation& op,
                                const state::requested_record& requested,
                                const std::optional<observation::live_job>& job, bool wait,
                                savepoint_progress& progress);

// What replies say of it: in progress, completed or failed.
state::restore_point as_restore_point(const savepoint_progress& progress);

// Before anything is written: FAILED_PRECONDITION where the component's Flink does not know the
// format, INVALID_ARGUMENT for what is no operation id.
result<void> check_order(const input::component_data& data, const std::string& operation,
                         flink::savepoint_format format);

}  // namespace dm::savepoint
