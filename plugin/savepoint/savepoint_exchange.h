// One savepoint operation in talk with its JobManager: asking for it, and what has become of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "context/component_view.h"
#include "observation/live_job.h"
#include "state/savepoint_record.h"

namespace dm::savepoint {

struct exchange_answer {
  enum class standing {
    unknown,    // the JobManager knows of no such operation: it was never asked, or has forgotten
    under_way,  // or it may be: it must not be asked for again
    completed,  // location is set
    failed,     // failure is set: Flink's reason
    silent,     // no answer that counts; `problem` says why
  };
  enum standing standing = standing::unknown;
  std::string location;
  std::string failure;
  error problem;
};

// Not thread-safe: one object per call of a verb.
//
// From Flink 1.15 on the trigger id is derived from the operation, and asking twice for the same
// one makes one savepoint. Before, the JobManager makes the id up, and a second request makes a
// second savepoint: so whoever sends one first creates a marker .sent-<k> in the operation's own
// directory, which only one can; everybody else, and whoever has lost the answer, looks at the
// job's own list of checkpoints until no savepoint is under way.
class savepoint_exchange {
 public:
  // All arguments outlive it.
  savepoint_exchange(context::component_view& view, const io::operation& op,
                     const state::requested_record& requested, const observation::live_job& job,
                     const flink::version& flink);

  // What has become of it. An error: the operation's deadline or cancellation, HDFS away.
  result<exchange_answer> ask();
  // Sends the request, once ask() has said `unknown` and there are no files. `failed`: Flink
  // refused it. `unknown`: another call has just sent one. NOT_FOUND: it has no such job.
  result<exchange_answer> send();

 private:
  bool ids_of_ours() const;
  result<exchange_answer> ask_by_checkpoints();
  result<bool> newest_marker_settled();
  result<bool> take_marker();

  context::component_view& view_;
  const io::operation& op_;
  const state::requested_record& requested_;
  const observation::live_job& job_;
  const flink::version& flink_;
  std::string marker_directory_;
  std::string trigger_id_;  // empty: not known (before 1.15 until the answer to our own request)
  int markers_ = 0;         // that were seen
  io::steady_time marker_seen_at_{};
};

}  // namespace dm::savepoint
