// Whether an incarnation has ended by itself or by a stop.
// SPDX-License-Identifier: Apache-2.0
#include "component/end_rule.h"

namespace dm::component {

enum outcome judged_end(const log_snapshot& log, std::uint64_t epoch, enum outcome by_yarn) {
  bool stopped = false;
  bool with_savepoint = false;
  for (auto it = log.records.upper_bound(epoch); it != log.records.end(); ++it) {
    const log_record& record = it->second;
    if (record.kind == record_kind::stop) {
      stopped = true;
      with_savepoint = with_savepoint || !record.savepoint_operation.empty();
    }
    if (record.kind != record_kind::run) continue;
    if (record.continues == 0) break;
    stopped = with_savepoint = false;
  }
  if (by_yarn == outcome::completed && with_savepoint) return outcome::stopped;
  if (by_yarn == outcome::killed && stopped) return outcome::stopped;
  return by_yarn;
}

}  // namespace dm::component
