// The job of a component that lives now: its application by YARN's word, its state by its own
// JobManager's. Asked just before something is done to it.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/observation.h"
#include "context/component_view.h"
#include "flink/job_manager.h"

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
// log: the newest of it tells the last known JobManager where YARN does not, and which of its jobs
// is meant; of an older epoch that lives the view's log is asked.
result<std::optional<live_job>> find_live_job(context::component_view& view,
                                              const io::operation& op,
                                              const component::log_snapshot& log);

// The application of the newest incarnation whose job lives by its JobManager's word, though YARN
// does not list it among `groups`: a ResourceManager that has just started may not know it yet.
// nullopt: there is none, or its JobManager is silent, which is no evidence against YARN.
result<std::optional<live_job>> find_denied_job(context::component_view& view,
                                                const io::operation& op,
                                                const component::log_snapshot& log,
                                                const component::applications_by_epoch& groups);

// The JobManager of an application that lives: as YARN tells it, else as the log knows it, since
// YARN forgets it for a while after a failover (D-33), and may hide it. Empty: nobody knows it. An
// error: the log could not tell.
result<std::string> job_manager_of(context::component_view& view, const io::operation& op,
                                   const component::log_snapshot& log, std::uint64_t epoch,
                                   const cluster::yarn_application& application);

// Whether a savepoint may be asked of it: UNAVAILABLE when its JobManager is silent,
// FAILED_PRECONDITION unless every task runs, and where its application runs other jobs as well,
// whose state the savepoint would not have. `verb` begins the message: "savepoint", "stop".
result<void> check_all_tasks_running(const live_job& job, const input::component_data& data,
                                     std::string_view verb);

}  // namespace dm::observation
