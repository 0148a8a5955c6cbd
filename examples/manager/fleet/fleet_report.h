// What clients read of an operation on the fleet.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/json.h"
#include "registry/fleet_store.h"

#include <string>
#include <vector>

namespace manager {

/// Of one component of a "stop" or "start": who it is, its outcome, what is told besides, and what
/// can be done where it is not what was asked for.
json::value fleet_member_document(const std::string& verb, const fleet_member& one,
                                  json::allocator& memory);

/// {"SAVED": 3, "NOT_SAVED": 1}: those that there are.
json::value fleet_counts(const std::vector<fleet_member>& rows, json::allocator& memory);

/// "3 saved, 1 not saved", the better ones first.
std::string fleet_summary(const std::vector<fleet_member>& rows);

/// `status` is the document of its operation; with its components where `whole`.
json::document fleet_document(const fleet_operation& one, const json::value& status,
                              const std::vector<fleet_member>& rows, bool whole);

bool is_under_way(const fleet_member& one);
inline bool is_waiting(const fleet_member& one) { return one.outcome == fleet_outcome::waiting; }
/// Whether it is not what was asked for.
bool is_amiss(const fleet_member& one);

}  // namespace manager
