// Whether a running job goes on from the restore point that it was submitted with: a client that
// says "submitted" proves nothing, nor do running tasks.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "context/component_view.h"
#include "flink/job_checkpoints.h"

namespace dm::observation {

struct restore_proof {
  bool given = false;
  std::string missing;  // what was seen instead, for people; empty when given
  // What the live incarnation was started from; empty: without state.
  std::string restore_id;
  std::string restore_path;
};

// The job says itself that it was restored from there, or it has since gone on from a checkpoint of
// its own.
bool proves_restore(const flink::job_checkpoints& checkpoints, const std::string& path);

// Asks HDFS for the incarnation and its JobManager for the proof. What does not answer gives none.
restore_proof prove_restore(context::component_view& view, const io::operation& op,
                            const std::string& job_id);

}  // namespace dm::observation
