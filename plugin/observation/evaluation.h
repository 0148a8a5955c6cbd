// From what the sources said to a state: the rules of the status verb, without any request. A pure
// function.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "observation/component_status.h"

namespace dm::observation {

// What each source said about one component. A source that was not asked is absent; one that did
// not answer has an error text.
struct observed_facts {
  io::wall_time now{};

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

  // the JobManager of the live application, or the last known one
  std::string job_manager;
  std::string job_manager_error;
  std::optional<flink::job_overview> job;
  std::optional<std::int64_t> restarts;
  std::optional<flink::job_exceptions> exceptions;
  std::vector<flink::vertex> vertices;

  // the component's log on HDFS
  std::optional<component::log_snapshot> log;
  std::string log_source;
  std::string log_error;
};

// The application that stands for the component: the live one of the newest epoch, else the newest
// one.
const cluster::yarn_application* chosen_application(const observed_facts& facts);

// What is left open by what has been asked so far.
bool absence_in_question(const observed_facts& facts);  // nothing lives, and that is not confirmed
bool log_needed(
    const observed_facts& facts);  // nothing lives, or YARN is silent, or no guard is at work
// Not all tasks run, or something changed shortly ago in a job that is older: the exceptions tell
// whether it restarts.
bool exceptions_needed(const observed_facts& facts);

// The state and all that goes with it. data: the component's record.
component_status evaluate(const input::component_data& data, const observed_facts& facts,
                          bool detail);

}  // namespace dm::observation
