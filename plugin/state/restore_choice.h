// Which restore point the next incarnation starts from, by lineage and by what the files are.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cluster/hdfs.h"
#include "state/lineage.h"
#include "state/savepoint_ledger.h"

namespace dm::state {

struct choice {
  std::optional<restore_point> point;  // nullopt: starts without state
  std::string why;                     // the reason alone; described() has it with the point
  std::string claim_mode;
  bool allow_non_restored_state = false;
  std::vector<std::string> passed_over;  // damaged ones, each with its reason
};

// "savepoint sp-2 (hdfs:///…): made by epoch 3", "without state: the component has never been
// started": one sentence for logs.
std::string described(const choice& chosen);

struct rejected_point {
  restore_point point;
  std::string reason;  // for people
};
struct no_choice {
  no_point because = no_point::none_made;
  std::vector<rejected_point> rejected;  // what was looked at, best first
  error reason;                          // FAILED_PRECONDITION: for people, with what to do
};

// Chosen, or none because. That nothing could be looked at is neither: an error, and never a reason
// to end a start (D-51, INV-10).
using selection = std::variant<choice, no_choice>;

// trace() with the real files: the first candidate that verify() finds intact. Never an empty start
// while candidates exist but are damaged, unless the run allows the loss. An error, whatever its
// code: it could not be looked at.
result<selection> select_restore_point(const io::operation& op, cluster::hdfs& hdfs,
                                       savepoint_ledger& ledger, const component::log_snapshot& log,
                                       component::state_policy policy);

}  // namespace dm::state
