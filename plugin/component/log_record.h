// The records of a component's log on HDFS: what was wanted, what was submitted, what became of it.
// One sequence of numbers; the newest `run` or `stop` is the desired state; the number of an
// incarnation is its epoch.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "component/direct_submission.h"
#include "component/queue_answer.h"
#include "io/error.h"
#include "io/time.h"

namespace dm::component {

enum class record_kind { run, stop, incarnation };
std::string_view to_string(record_kind kind);

// stop_cause of the stop that destroy leaves: what was before it is a former life.
inline constexpr std::string_view destroyed = "destroy";

// log/<number>.json: immutable once it has its name.
struct log_record {
  std::uint64_t number = 0;  // not in the document: it is the file's name
  record_kind kind = record_kind::run;
  std::string nonce;  // 32 hex digits: tells one's own record from a competitor's after an
                      // ambiguous time-out
  io::wall_time written_at{};
  std::string node;  // who wrote it, where
  std::string user;  // who asked
  // run: what the caller allowed and named
  bool accept_state_loss = false;
  std::string restore_id;  // run: id of the point in restore_path; incarnation: the chosen one's
  std::string
      restore_path;  // run: named by the caller; incarnation: what it was started from; empty: none
  std::string claim_mode;  // how restore_path was claimed
  // run: number of the run that it continues, since a stop's savepoint failed and the job lives on;
  // 0: a run of its own, the incarnations before it are not its
  std::uint64_t continues = 0;
  bool allow_non_restored_state = false;
  // stop
  bool state_disposed = false;      // all state was deleted with it: lineage ends here
  std::string stop_cause;           // "stop" (somebody asked), "start-failed", "destroy", "resume"
  std::string savepoint_operation;  // the stop's savepoint in the ledger; empty: none was wanted
  // incarnation
  std::uint64_t intent = 0;  // number of the run it belongs to
  std::vector<std::string> tags;
  std::string spec_digest;  // of guard.json and argv: what was submitted
  std::string job_name;
  std::uint64_t restore_epoch = 0;  // the epoch that made restore_path; 0: not known
  std::string libraries;  // on HDFS: the directory that it takes Flink's libraries from; empty: its
                          // client uploads them, or somebody named others
  std::string
      class_data;  // on HDFS: the directory of the class data that it was given; empty: none
  std::optional<queue_answer> queue_policy;  // nullopt: none was asked, as in an earlier version
  // nullopt: a flink client submitted it, or nothing did.
  std::optional<direct_submission> direct;
  // Of a scheduled component: the run that it belongs to, "<workflow's id>.<rerun>"; empty: none.
  // One run has several incarnations only where those before the last never came to run, or where
  // component_respawn_type says so.
  std::string run_name;
  // What came before it, so that a reader needs no older record for it; claim() fills them from
  // what it has read. 0: none, or not known, as in every record of an earlier version.
  std::uint64_t began = 0;        // run: the first of the runs that it continues
  std::uint64_t last_epoch = 0;   // run, stop: the newest incarnation
  std::uint64_t life = 0;         // the newest stop whose cause is destroyed
  std::uint64_t state_ended = 0;  // the newest one with state_disposed
};

// log/<epoch>-app.json: the application as soon as it is seen.
struct application_fact {
  std::uint64_t epoch = 0;
  std::string application_id;
  std::string job_manager;  // "http://host:port"; empty while not known
  std::string job_id;       // empty while not known
  io::wall_time seen_at{};
};

// log/<epoch>-checkpoints.json: what Flink says of the job's own checkpoints, wherever its program
// puts them (D-57). Replaced while the job runs; earlier versions do not know the file.
struct checkpoint_fact {
  std::uint64_t epoch = 0;
  std::string job_id;
  std::int64_t completed_count = 0;  // since the job was submitted; savepoints included
  std::int64_t checkpoint_id = 0;    // of the newest completed one that is no savepoint; 0: none
  std::string external_path;  // its, as Flink names it; empty: none, or in the JobManager's memory
  io::wall_time seen_at{};

  bool completed_any() const { return completed_count > 0 || checkpoint_id > 0; }
};

enum class outcome { completed, stopped, killed, failed, unknown };
enum class decision { none, restart, give_up };
std::string_view to_string(outcome value);
std::string_view to_string(decision value);

// log/<epoch>-end.json: how the incarnation ended, and what the governor made of it.
struct end_fact {
  std::uint64_t epoch = 0;
  enum outcome outcome = outcome::unknown;
  std::string failure_class;  // of flink::failure_class; empty unless failed
  std::string cause;          // the sentence for people
  std::string source;  // who said so: "job archive", "client", "YARN diagnostics", "JobManager log"
  std::string frame;  // where it was thrown; empty: not known, as in a record of an earlier version
  std::string application_id;  // empty: never submitted
  std::string job_id;
  io::wall_time ended_at{};
  // How long it lived, by one clock: YARN's own for an application, else the guard's. Negative: not
  // known (a record of an earlier version).
  std::int64_t lived_ms = -1;
  enum decision decision = decision::none;
  // Not before, by the clock of the node: decision restart, or give_up with a later retry.
  io::wall_time restart_at{};
  bool counts = true;  // false: a burnt epoch (claimed, never submitted) does not use up the budget
};

// Of an epoch that nothing was submitted for, now: it is no part of the lineage, and uses up
// nothing.
end_fact unsubmitted_end(std::uint64_t epoch, std::string cause, std::string_view source);

std::string to_json(const log_record& record);
std::string to_json(const application_fact& fact);
std::string to_json(const checkpoint_fact& fact);
std::string to_json(const end_fact& fact);
result<log_record> read_log_record(std::string_view json, std::uint64_t number);
result<application_fact> read_application_fact(std::string_view json, std::uint64_t epoch);
result<checkpoint_fact> read_checkpoint_fact(std::string_view json, std::uint64_t epoch);
result<end_fact> read_end_fact(std::string_view json, std::uint64_t epoch);

}  // namespace dm::component
