// The restore point that a resume or a plan names: "latest", an id, or an HDFS path.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "savepoint/restore_points.h"

namespace dm::savepoint {

inline constexpr std::string_view latest = "latest";

struct restore_target {
  state::restore_point point;
  std::string why;       // one sentence
  bool foreign = false;  // neither of the component's ledger nor below its directory
  std::vector<std::string> passed_over;  // by "latest": damaged ones, each with its reason
};

// "latest" is what a start would choose, verified, also where the component's policy keeps no
// state. NOT_FOUND: no such id. INVALID_ARGUMENT: no path of HDFS. FAILED_PRECONDITION: latest, and
// there is none.
result<restore_target> resolve_target(context::component_view& view, const io::operation& op,
                                      const known_points& known, const std::string& named);

// How a resume is to use the point.
struct restore_use {
  std::string claim_mode;
  bool foreign = false;  // another component's point is wanted
};
// FAILED_PRECONDITION: the point's state, its owner, or the claim mode forbids it.
// INVALID_ARGUMENT: the Flink version has no such claim mode. Its files are not looked at.
result<void> check_target(const input::component_data& data, const restore_target& target,
                          const restore_use& use);

// FAILED_PRECONDITION: the point's files are not what they were. UNAVAILABLE: cannot be looked at.
result<void> verify_target(context::component_view& view, const io::operation& op,
                           const state::restore_point& point);

}  // namespace dm::savepoint
