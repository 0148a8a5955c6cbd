// Deleting a restore point: marked, looked at again, and only then deleted (D-53).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "context/component_view.h"
#include "savepoint/disposal_rules.h"

namespace dm::savepoint {

struct marked_deletion {
  // As read when it was decided that the point may go. A run that names it, a start from it and a
  // pin may have come since.
  const disposal_facts& facts;
  const state::restore_point& point;
  state::disposal_record tombstone;
  std::function<result<void>()> remove;  // deletes its files
};

// Writes the tombstone, reads what others have written meanwhile, deletes the files, tidies the
// ledger. nullopt: done. Else why the files were left, since somebody needs them now: one clause; a
// tombstone of this very call is taken back. Where HDFS has no room for the tombstone it follows
// what makes room. An error leaves the point marked: who deletes it next goes on.
result<std::optional<std::string>> carry_out(context::component_view& view, const io::operation& op,
                                             const marked_deletion& deletion);

}  // namespace dm::savepoint
