// The verbs of the extension dm.savepoint/1 with their requests and replies. Each is one blocking
// call, idempotent, and converges when it is repeated after having been killed at any instruction.
// They work on every node, resume on the component's own only (D-9).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lifecycle/verbs.h"
#include "state/restore_point.h"

namespace dm::lifecycle {

struct trigger_request {
  component_data data;
  std::string user;
  std::string operation;  // empty: one is made up
  flink::savepoint_format format = flink::savepoint_format::canonical;
  std::string directory;  // HDFS path; empty: the operation's own in the component's directory
  bool wait = true;
};
struct trigger_reply {
  bool changed = false;  // this call sent the request to Flink
  std::string operation;
  std::optional<state::restore_point> savepoint;  // state in_progress, completed or failed
  std::vector<std::string> retired;               // ids that the retention rule has deleted
  std::optional<error> failure;
};
// Record first, then the request; the same operation again asks and never triggers twice (D-14).
// FAILED_PRECONDITION: no job, not all tasks running, Flink's cause. DEADLINE_EXCEEDED: it goes on,
// ask again with the same operation. A passed deadline or a cancellation leaves it running.
trigger_reply trigger(session& session, const io::operation& op, const trigger_request& request);

struct list_request {
  std::vector<component_data> components;
  std::vector<std::string> states;  // words of restore_point_state; empty: all but DISPOSED, FAILED
  std::string kind;                 // "savepoint", "checkpoint"; empty: both
  std::int64_t limit = 50;          // 1 ... 1000 entries a component
  std::string after;   // id of the last entry of the page before; empty: from the newest
  bool verify = true;  // look at the files of this page's entries
};
struct listed_component {
  component_name name;
  std::string id;
  std::vector<state::restore_point> points;
  std::int64_t total = 0;  // that pass the filter
  bool more = false;       // there are entries after the last one
  std::string in_use;      // id of the point that the live incarnation was started from
  std::string next;        // id of the point that a start would choose now; empty: none
  std::optional<error> failure;
};
struct list_reply {
  std::vector<listed_component> components;  // in the order of the request
};
list_reply list(session& session, const io::operation& op, const list_request& request);

struct resume_request {
  component_data data;
  std::string user;
  std::string savepoint;   // id of a restore point, "latest", or an HDFS path
  std::string claim_mode;  // "no_claim", "claim", "legacy"; empty: the version's default
  bool allow_non_restored_state = false;
  bool foreign = false;  // the point may be another component's
  bool wait = true;
};
// A running job is stopped with a savepoint first. The reply is start's, `changed` false when the
// component runs from that point already by this very request.
start_reply resume(session& session, const io::operation& op, const resume_request& request);

struct dispose_request {
  component_data data;
  std::string user;
  std::string savepoint;  // id of a savepoint or retained checkpoint
  bool force = false;     // also the last good one of a component whose state is required
};
struct dispose_reply {
  bool changed = false;  // false: it was gone already
  std::string path;
  std::optional<error> failure;
};
dispose_reply dispose(session& session, const io::operation& op, const dispose_request& request);

struct pin_request {
  component_data data;
  std::string user;
  std::string savepoint;
  std::string reason;  // for people; pin only
};
struct pin_reply {
  bool changed = false;
  bool pinned = false;
  std::optional<error> failure;
};
pin_reply pin(session& session, const io::operation& op, const pin_request& request);
pin_reply unpin(session& session, const io::operation& op, const pin_request& request);

struct plan_request {
  component_data data;
  std::string user;
  std::string savepoint;  // as in resume; empty: what a start would choose
  bool accept_state_loss = false;
  // With a new version of the package: what of the component would change. As in create.
  std::optional<create_request> next;
};
struct planned_change {
  std::string path;  // "$.properties.component_flink_parallelism", "$.files.app.jar", "$.command"
  std::string from;
  std::string to;
};
struct plan_reply {
  bool possible = false;               // a start (resume, upgrade) would be let through
  std::vector<std::string> obstacles;  // why not
  std::vector<std::string> steps;      // what would be done, in order, for people
  std::optional<state::restore_point> restore_point;  // with what is known now; a running job is
                                                      // stopped with a newer one first
  std::string why;                                    // this point
  std::int64_t age_ms = -1;  // of the state: input to be processed again; -1: starts without state,
                             // or is stopped with a savepoint first (0 then)
  std::vector<planned_change> changes;
  std::vector<std::string> not_restorable;  // what is known to be left behind
  std::vector<std::string> not_known;       // what cannot be told before the job starts
  std::vector<warning> warnings;
  std::optional<error> failure;
};
// Touches nothing.
plan_reply plan(session& session, const io::operation& op, const plan_request& request);

}  // namespace dm::lifecycle
