// guard.json: all that a flink-guard needs to know about its component, written by create.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "component/component_name.h"
#include "flink/dialect.h"
#include "oozie/schedule.h"

namespace dm::component {

enum class job_type { streaming, batch };
// respawn_type of the original, as this project reads it (D-4).
enum class respawn { never, always, on_failure };
// component_flink_state: whether a start may be without state (INV-2).
enum class state_policy { required, optional, none };
result<state_policy> parse_state_policy(std::string_view text);
std::string_view to_string(state_policy policy);
result<job_type> parse_job_type(std::string_view text);
std::string_view to_string(job_type type);
// Where nobody said otherwise: optional for streaming, none for batch.
state_policy default_state_policy(job_type type);
// Whether its checkpoints are retained, in directories of its own, to be resumed from.
bool keeps_state(job_type type, state_policy policy);
result<respawn> parse_respawn(
    std::string_view text);  // no always on-success on-failure on-abnormal on-abort on-watchdog
std::string_view to_string(respawn value);

struct guard_spec {
  component_name name;
  std::string node;                            // the node this component was created on
  std::string user;                            // run-as user; also the user on HDFS and YARN
  std::string digest;                          // of package, properties and command
  std::vector<std::string> resource_managers;  // "http://host:port"
  std::vector<std::string> name_nodes;         // "http://host:port"
  std::string history_server;                  // "http://host:port" or empty
  std::string state_root;                      // on HDFS
  std::string archive_directory;               // Flink's job archive, an HDFS path, or a URI
  std::string work_directory;                  // absolute; the run-as user's
  std::string log_directory;                   // absolute; the run-as user's
  std::string slots_directory;                 // absolute; submission slots of this node
  int submission_slots = 4;
  // The program that is asked before each submission which queue it goes to; empty, and in a
  // guard.json of an earlier version: none, and a queue stands in the command.
  std::string queue_policy;     // absolute
  std::string queue_requested;  // what the policy is asked for; empty: nothing
  std::string queue_default;    // where the policy has no queue and none is asked for; may be empty
  std::string flink_version;
  // Where Flink's libraries lie on HDFS, a directory for each set of them, and the installation
  // that they are of. Empty, and in a guard.json of an earlier version: its client uploads them.
  std::string flink_libraries_root;
  std::string flink_home;
  bool class_data = false;  // the JVMs of its containers share what there is of Flink's classes
  flink::submission_mode submission = flink::submission_mode::per_job;
  bool submission_auto = false;   // direct where that can be, else by Flink's client
  std::string submission_reason;  // why it is not direct where "auto" was asked for; else empty
  enum job_type job_type = job_type::streaming;
  // Absent in a guard.json of an earlier version: the job type's default.
  enum state_policy state = state_policy::optional;
  enum respawn respawn = respawn::always;
  std::int64_t respawn_delay_ms = 2000;  // first delay; doubles
  int restart_attempts = 3;              // consecutive short-lived incarnations that are restarted
  std::int64_t restart_window_ms =
      600'000;  // an incarnation that lived longer starts the count anew
  std::int64_t follow_interval_ms = 10'000;
  // How restore points are claimed where nobody says; empty, and in a guard.json of an earlier
  // version: as Flink does by itself.
  std::string claim_mode;
  // So many runs before the one at hand keep their retained checkpoints (D-56).
  int checkpoint_retention_runs = 2;
  // A client that has submitted nothing by then is ended. An earlier version wrote no such member:
  // the default.
  std::int64_t submission_timeout_ms = 900'000;
  // After a give-up: tried again after so long; 0, and in a guard.json of an earlier version: not.
  std::int64_t retry_after_give_up_ms = 0;
  // So many incidents are kept on HDFS, 0: none, and for so long, 0: for ever. Absent in a
  // guard.json of an earlier version: these.
  std::int64_t incident_retention_count = 20;
  std::int64_t incident_retention_age_ms = 2'592'000'000;
  // Of a component whose runs Oozie begins; absent in others, and in a guard.json of an earlier
  // version.
  struct oozie_part {
    std::string url;  // "http://host:port/oozie"
    oozie::schedule schedule;
  };
  std::optional<oozie_part> oozie;
  std::string job_name;  // YARN's application name
  std::vector<std::string> user_tags;
  std::vector<std::pair<std::string, std::string>> environment;  // of the client; all of it
  // The argv of supervisord's program, which is what runs; here it is for comparison with another
  // one. Empty in a guard.json of an earlier version.
  std::vector<std::string> command;
  // Of the program, where the guard submits by itself: byte for byte, while the command shows them
  // on one line. nullopt, and in a guard.json of an earlier version: those of the command.
  std::optional<std::vector<std::string>> arguments;
};

// Where the component's client reads Flink's configuration; as Flink's own script finds it.
std::string client_configuration_directory(const guard_spec& spec);

std::string to_json(const guard_spec& spec);
// INVALID_ARGUMENT names the member and the schema version it understands.
result<guard_spec> read_guard_spec(std::string_view json);

inline constexpr int guard_spec_schema = 1;

// Exit codes of flink-guard, as the program file's exitcodes= knows them.
inline constexpr int guard_exit_done =
    0;  // stopped, completed, or told to go; the job is as it should be
inline constexpr int guard_exit_failed = 3;  // gave up; the reason is in the component's log
inline constexpr int guard_exit_usage = 2;   // bad options
// Of one run (--once): 0 it has completed, 3 it has failed, and these.
inline constexpr int guard_exit_trouble = 1;  // this node's; nothing was begun
inline constexpr int guard_exit_ended = 4;    // it was stopped or killed
inline constexpr int guard_exit_refused = 5;  // it is not to be begun; nothing was submitted
inline constexpr int guard_exit_left = 6;     // told to end; the job is left as it is

}  // namespace dm::component
