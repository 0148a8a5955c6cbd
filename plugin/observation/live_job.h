// The job of a component that lives now: its application by YARN's word, its state by its own
// JobManager's. Asked just before something is done to it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/component_log.h"
#include "context/session.h"
#include "flink/job_manager.h"
#include "input/component_data.h"

namespace dm::observation {

struct live_job {
  std::uint64_t epoch = 0;
  std::string application_id;
  std::string application_state;  // YARN's; empty: YARN denies it, its JobManager answers
  std::string job_manager;        // "http://host:port"; empty: YARN does not know it (yet)
  std::string job_id;             // empty: the JobManager is silent, or has no job
  std::string job_state;          // Flink's; may be a terminal one whose cluster has not left yet
  std::int64_t tasks_total = 0;
  std::int64_t tasks_running = 0;
  bool ended = false;  // the job is terminal, its application not yet
  bool all_tasks_running = false;
  std::vector<std::string> other_jobs;  // of the same application, that have not ended either
  std::string silence;                  // why the JobManager did not answer; empty when it did

  // "its tasks are SCHEDULED", ...: one clause for messages.
  std::string described() const;
};

// Of the jobs of one application the one that stands for the component: of those that have not
// ended the one that the log names, else the one that began last; with none of these the same of
// the ended ones. nullptr: there are none. known_id may be empty.
const flink::job_overview* chosen_job(const std::vector<flink::job_overview>& jobs,
                                      const std::string& known_id);

// The live application of the newest epoch with its job. nullopt: none lives, by an answer that
// counts. UNAVAILABLE: YARN does not answer. A silent JobManager is no error: see `silence`.
// log: tells the last known JobManager where YARN does not, and which of its jobs is meant.
result<std::optional<live_job>> find_live_job(context::session& session, const io::operation& op,
                                              const input::component_data& data,
                                              const component::log_snapshot& log);

// Whether a savepoint may be asked of it: UNAVAILABLE when its JobManager is silent,
// FAILED_PRECONDITION unless every task runs, and where its application runs other jobs as well,
// whose state the savepoint would not have. `verb` begins the message: "savepoint", "stop".
result<void> check_all_tasks_running(const live_job& job, const input::component_data& data,
                                     std::string_view verb);

}  // namespace dm::observation
