// The requests and replies of housekeeping.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "housekeeping/inventory.h"
#include "input/component_data.h"

namespace dm::housekeeping {

// A component that the host knows. Without data, because they could not be read, it is none the
// less one that has a record.
struct host_record {
  component::component_name name;
  std::optional<input::component_data> data;
};

struct inspect_request {
  std::string name_space;
  std::vector<host_record> records;
  std::vector<kind> kinds;  // empty: all
  // Instead of each kind's usual age; of the kinds that have one.
  std::optional<std::int64_t> older_than_ms;
  std::map<kind, std::int64_t> ages_ms;  // instead of both
  // So many of the newest archived jobs of a component stay whatever there is; older ones go beyond
  // this number, whatever their age.
  std::int64_t archives_kept = 1000;
};
struct clean_request {
  inspect_request what;
  std::set<std::string> ids;
  bool all = false;  // all that can be cleaned, not only `ids`
  bool dry_run = true;
};

struct inspect_reply {
  std::vector<entry> entries;
  std::vector<withheld_kind> withheld;
  std::vector<kind> more;
  std::vector<std::string>
      gone;  // clean: ids that were asked for, and stand for nothing (any more)
  bool changed = false;
  std::optional<error> failure;
};

}  // namespace dm::housekeeping
