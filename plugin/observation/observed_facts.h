// What each source said about one component, and what that leaves open.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "component/component_log.h"
#include "component/observation.h"
#include "component/unwritten_record.h"
#include "context/last_known.h"
#include "flink/job_manager.h"
#include "oozie/answer.h"
#include "supervisor/supervisor.h"

namespace dm::observation {

// A source that was not asked is absent; one that did not answer has an error text.
struct observed_facts {
  io::wall_time now{};  // of this node, for show; no other machine's time is subtracted from it

  // supervisord, on this node only
  bool supervisor_answered = false;
  std::string supervisor_source;
  std::string supervisor_error;
  std::optional<supervisor::process_information> process;

  // this node: why the component cannot run here (user gone, directory missing); empty: nothing
  // found, or another node
  std::string damage;

  // the ResourceManager
  bool yarn_answered = false;
  bool absence_confirmed = false;  // what is not in applications does not exist
  std::string yarn_source;
  std::string yarn_error;
  component::applications_by_epoch applications;
  // They carry the component's tag and are another user's: nobody's business but told.
  std::vector<cluster::yarn_application> foreign_applications;

  // the JobManager of the live application, or the last known one
  std::string job_manager;
  std::string job_manager_error;
  std::optional<flink::job_overview> job;
  std::optional<std::int64_t> restarts;
  std::optional<flink::job_exceptions> exceptions;
  std::string exceptions_error;  // they are needed and did not come
  std::vector<flink::vertex> vertices;

  // the component's log on HDFS
  std::optional<component::log_snapshot> log;
  // Only listed: its newest record is the incarnation that lives. That was claimed for a run, and
  // nobody has recorded anything since.
  bool run_is_newest = false;
  std::string log_source;
  std::string log_error;

  // Oozie, of a component whose runs it begins, while that is wanted
  bool oozie_asked = false;
  std::string oozie_source;
  std::string oozie_error;
  std::optional<oozie::coordinator>
      coordinator;  // of the newest run intent, with its newest actions

  // what this session saw last
  std::optional<context::last_known::sight> remembered;

  // what the guard could not write into the log, on this node
  std::optional<component::unwritten_record> unwritten;
};

// The application that stands for the component: the live one of the newest epoch, else the newest
// one, unless it is of the past: a newer submission is under way, or the component was destroyed
// since. nullptr: there is none.
const cluster::yarn_application* chosen_application(const observed_facts& facts);

// Nothing lives, and that is not confirmed.
bool absence_in_question(const observed_facts& facts);
// Not all tasks run, something changed shortly ago, or long after the start: the exceptions tell
// whether, and why, the job restarts.
bool exceptions_needed(const observed_facts& facts);
// The job has ended and its application lives: its JobManager's clock tells for how long.
bool end_in_question(const observed_facts& facts);

// The newest intent is a stop.
bool stop_asked_for(const observed_facts& facts);
// What the log knows of that application; nullptr: nothing.
const component::application_fact* fact_of(const observed_facts& facts,
                                           const cluster::yarn_application& application);
// component::denied_application, where nothing else lives. nullptr: there is no such one.
const component::application_fact* denied_application(const observed_facts& facts);
// Its job lives all the same, by its JobManager's word.
bool lives_denied(const observed_facts& facts);
// The time at the JobManager when it answered.
io::wall_time job_manager_time(const observed_facts& facts);
// Flink has restarted it again and again, and a moment ago.
bool restarts_again_and_again(const observed_facts& facts);

}  // namespace dm::observation
