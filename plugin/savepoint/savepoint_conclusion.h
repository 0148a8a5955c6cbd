// The end of a savepoint operation: its result is made of what Flink says and of the files
// themselves, and recorded before anything else.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "context/component_view.h"
#include "observation/live_job.h"

namespace dm::savepoint {

// Not thread-safe. Every call returns the result that stands in the ledger, whoever wrote it.
// UNAVAILABLE only after the operation's deadline: what a stopped JobManager says it says once, and
// HDFS being away for a moment must not lose it. All arguments outlive it.
class savepoint_conclusion {
 public:
  // job: nullopt when nothing lives that could be asked for duration and parallelism.
  savepoint_conclusion(context::component_view& view, const io::operation& op,
                       const state::requested_record& requested,
                       const std::optional<observation::live_job>& job)
      : view_(view), op_(op), requested_(requested), job_(job) {}

  // Of a savepoint at this path. When that turns out to be none, the result is a failed one.
  result<state::result_record> completed(std::string path);
  // Unless its directory holds a complete one all the same: then that is the result (D-52).
  result<state::result_record> failed(std::string reason);

 private:
  state::result_record blank() const;
  result<state::result_record> record(const state::result_record& record);
  void ask_aside(state::result_record& record);
  template <class Step>
  result<void> persistently(const Step& step);

  context::component_view& view_;
  const io::operation& op_;
  const state::requested_record& requested_;
  const std::optional<observation::live_job>& job_;
};

}  // namespace dm::savepoint
