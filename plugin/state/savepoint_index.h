// savepoints/index.json: what the ledger's immutable documents said when they were last read, so
// that a list of a thousand savepoints is not a thousand requests. A cache: it may be gone, old or
// unreadable at any moment.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "state/savepoint_record.h"

namespace dm::state {

// A directory without documents, in which somebody's savepoint was found; or one of an operation
// that has failed, with what was found all the same: an empty path, nothing.
struct discovered_savepoint {
  std::string path;
  std::int64_t checkpoint_id = 0;  // 0: its _metadata could not be understood
  std::string defect;              // why; empty when it could
  io::wall_time completed_at{};
  bool operator==(const discovered_savepoint&) const = default;
};

struct savepoint_index {
  // modified_ms: of the document, or of the directory. With another one it is read again.
  template <class Record>
  struct entry {
    std::int64_t modified_ms = 0;
    Record record;
  };
  template <class Record>
  using by_id = std::map<std::string, entry<Record>, std::less<>>;

  by_id<result_record> results;  // long manifests are left out, their totals stay
  by_id<pin_record> pins;
  by_id<disposal_record> disposals;
  by_id<discovered_savepoint> discovered;
};

std::string to_json(const savepoint_index& index);
savepoint_index without_manifests(savepoint_index index);
// Of each kind so many entries are read at most: what is not in the index is read from its own
// document.
inline constexpr std::size_t most_indexed = 10'000;
// Entries that cannot be read are left out; an error means that it is no index at all.
result<savepoint_index> read_savepoint_index(std::string_view json);

}  // namespace dm::state
