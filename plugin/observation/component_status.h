// What is known of one component, and how sure that is.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/component_name.h"
#include "component/component_state.h"
#include "component/queue_answer.h"
#include "flink/failure_class.h"
#include "flink/job_manager.h"
#include "io/time.h"
#include "observation/rule.h"

namespace dm::observation {

using component::component_state;
using component::to_string;

// confirmed: the source that decides said so now; stale: what was last known; unknown: nothing is
// known.
enum class confidence { confirmed, stale, unknown };
std::string_view to_string(confidence value);

// Which source said what, when: the rule chain behind a state.
struct evidence {
  std::string source;  // "resourcemanager http://rm1:8088"
  io::wall_time observed_at{};
  std::string message;
};

struct restart_report {
  std::int64_t count = 0;    // by Flink itself, within this incarnation
  io::wall_time since_at{};  // the newest one
  std::string exception;     // the sentence for people
};

struct incarnation_report {
  std::uint64_t epoch = 0;
  std::string application_id;
  std::string job_id;
  io::wall_time started_at{};
  io::wall_time ended_at{};  // zero while it lives
  std::string outcome;
  std::string cause;
  std::string restore_point;
  std::string source;         // who said what the cause is
  std::string failure_class;  // of flink::failure_class; empty unless it failed
  std::string frame;          // where it was thrown; empty: not known
  std::string history_url;    // page at the history server; empty: none
  std::string client_log;     // path on the component's node, while it is among those that are kept
  std::optional<component::queue_answer> queue_policy;  // what was asked for it; nullopt: none was
};

// A run as Oozie has it, and the submission that it came to.
struct scheduled_run {
  std::int64_t number = 0;     // of the coordinator's action
  io::wall_time nominal_at{};  // when it was due
  std::string status;          // Oozie's word
  std::string workflow_id;     // empty: none
  std::string cause;           // why it did not go well, by Oozie or the component's log; or empty
  bool missed = false;         // it was never begun
  std::uint64_t epoch = 0;     // 0: none was claimed, or it is not known any more
  std::string application_id;
  std::string job_id;
  std::string outcome;  // by the component's log; empty: not recorded
};

struct schedule_report {
  std::string coordinator_id;
  std::string coordinator_status;   // Oozie's word; empty: not known
  io::wall_time next_run_at{};      // zero: none is known
  std::int64_t missed = 0;          // of the newest runs that Oozie tells of
  std::string problem;              // why Oozie could not tell
  std::vector<scheduled_run> runs;  // newest first, of those whose time has come; only with detail
};

struct component_status {
  component::component_name name;
  std::string id;
  component_state state = component_state::unknown;
  std::string summary;  // word of the DM's summary vocabulary
  std::string desired;  // "RUNNING", "STOPPED", or empty: not known, never asked for
  enum confidence confidence = confidence::unknown;
  io::wall_time observed_at{};
  io::wall_time since{};  // zero: not known
  std::string reason;
  // Of what lives and is wanted: whether a guard follows it and would bring it up again; nullopt:
  // nothing lives, or supervisord did not say.
  std::optional<bool> watched;
  std::vector<rule> rules;  // what the state follows by
  // Where that is the end of an incarnation: what it failed as.
  flink::failure_class failed_as = flink::failure_class::unknown;
  std::string application_id;
  std::string job_id;
  std::string job_name;
  std::string queue;  // as YARN says
  std::string yarn_state;
  std::string yarn_final_status;
  std::int64_t yarn_started_ms = 0;
  std::string tracking_url;
  std::string history_url;
  std::optional<std::int64_t> tasks_running;  // of the live job, as its JobManager says
  std::optional<std::int64_t> tasks_total;
  std::vector<flink::vertex> vertices;  // only with detail
  std::optional<restart_report> restarts;
  std::vector<incarnation_report>
      incarnations;  // newest first; only with detail, or where the log was read anyway
  std::optional<schedule_report> schedule;  // of a component whose runs Oozie begins
  std::string guard_log;
  std::string client_log;
  std::vector<evidence> proof;
  std::optional<error> failure;  // this component could not be looked at at all
};

// The DM's summary word for a state (dm-contract 6.3).
std::string summary_word(component_state state, const std::string& yarn_state,
                         bool killed_from_outside);

}  // namespace dm::observation
