// The list verb: the restore points of components. Works on every node (D-9).
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "component/component_name.h"
#include "context/session.h"
#include "input/component_data.h"
#include "state/restore_point.h"

namespace dm::savepoint {

struct list_request {
  std::vector<input::component_data> components;
  std::vector<std::string> states;  // words of restore_point_state; empty: all but DISPOSED, FAILED
  std::string kind;                 // "savepoint", "checkpoint"; empty: both
  std::int64_t limit = 50;          // 1 ... 1000 entries a component
  std::string after;   // id of the last entry of the page before; empty: from the newest
  bool verify = true;  // look at the files of this page's entries
};
struct listed_component {
  component::component_name name;
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
list_reply list(context::session& session, const io::operation& op, const list_request& request);

}  // namespace dm::savepoint
