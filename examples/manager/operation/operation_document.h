// Operations as clients see them.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "operation/operation_board.h"
#include "operation/set_aside_operations.h"
#include "registry/operation_history.h"

namespace manager {

/// {"id","verb","kind","object","user","status","accepted_at", ...}: README.md says which member
/// is there when.
json::document to_document(const operation_view& one);
json::document to_document(const ended_operation& one);
/// One of the journal's that this process cannot carry out.
json::document to_document(const set_aside_operation& one);
/// One of the journal's that this process carries out no more, since it ends, or not yet.
json::document to_document(const operation_record& one);

}  // namespace manager
