// One savepoint operation in talk with its JobManager: asking for it, and what has become of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "context/session.h"
#include "input/component_data.h"
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
// second savepoint: so whoever sends one first creates a marker <marker_directory>/.sent-<k>, which
// only one can; everybody else, and whoever has lost the answer, looks at the job's own list of
// checkpoints until no savepoint is under way.
class savepoint_exchange {
 public:
  // marker_directory: the operation's own directory on HDFS. All arguments outlive it.
  savepoint_exchange(context::session& session, const io::operation& op,
                     const input::component_data& data, const state::requested_record& requested,
                     const observation::live_job& job, const flink::version& flink,
                     cluster::hdfs& hdfs, std::string marker_directory);

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

  context::session& session_;
  const io::operation& op_;
  const state::requested_record& requested_;
  const observation::live_job& job_;
  const flink::version& flink_;
  cluster::hdfs& hdfs_;
  std::string marker_directory_;
  std::string trigger_id_;  // empty: not known (before 1.15 until the answer to our own request)
  int markers_ = 0;         // that were seen
  io::steady_time marker_seen_at_{};
};

}  // namespace dm::savepoint
