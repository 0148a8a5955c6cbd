// The plan verb: what a start, a resume or an upgrade would do. Works on every node (D-9).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "context/session.h"
#include "input/component_data.h"
#include "lifecycle/create.h"
#include "package/warning.h"
#include "placement/placed_changes.h"
#include "state/restore_point.h"

namespace dm::lifecycle {

struct plan_request {
  input::component_data data;
  std::string user;
  std::string savepoint;  // as in resume; empty: what a start would choose
  bool accept_state_loss = false;
  // With a new version of the package: what of the component would change. As in create.
  std::optional<create_request> next;
  bool start = true;  // false: the new version is laid out, and nothing is started
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
  std::vector<placement::planned_change> changes;
  std::vector<std::string> not_restorable;  // what is known to be left behind
  std::vector<std::string> not_known;       // what cannot be told before the job starts
  std::vector<package::warning> warnings;
  std::optional<error> failure;
};
// Touches nothing.
plan_reply plan(context::session& session, const io::operation& op, const plan_request& request);

}  // namespace dm::lifecycle
