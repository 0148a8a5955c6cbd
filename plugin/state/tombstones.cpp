// The marks that disposed savepoints leave, which must not become ever more.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "state/savepoint_listing.h"

namespace dm::state {

namespace {

constexpr std::size_t most_tombstones = 1000;
constexpr std::size_t tombstone_slack = 100;
constexpr std::size_t most_folded_at_once = 200;

}  // namespace

// Each is a promise that its operation never triggers again; kept for the newest 1,000. What the
// log or the newest run's lineage still asks about stays besides.
void savepoint_listing::fold_tombstones(const io::operation& op) {
  if (now_.disposals.size() <= most_tombstones + tombstone_slack) return;
  std::set<std::string_view> named;
  for (const auto& [number, record] : log_.records) named.insert(record.restore_path);
  const component::log_record* newest = log_.newest_incarnation();
  const std::uint64_t epoch = newest == nullptr ? 0 : newest->number;
  std::int64_t greatest = 0;
  std::vector<std::pair<std::int64_t, std::string>> by_age;
  for (const auto& [id, entry] : now_.disposals) {
    if (entry.record.epoch == epoch) greatest = std::max(greatest, entry.record.checkpoint_id);
    by_age.emplace_back(entry.modified_ms, id);
  }
  std::sort(by_age.begin(), by_age.end());
  by_age.resize(std::min(by_age.size() - most_tombstones, most_folded_at_once));
  for (const auto& [modified_ms, id] : by_age) {
    const disposal_record& record = now_.disposals.at(id).record;
    const bool ended = !directories_.contains(id) && !now_.results.contains(id) &&
                       !documents_[document_kind::requested].contains(id);
    const bool asked_about =
        named.contains(record.path) || (record.epoch == epoch && record.checkpoint_id == greatest);
    if (!ended || asked_about) continue;
    const std::string name = document_name(id, document_kind::disposal);
    if (!hdfs_.remove(op, ledger_.savepoints_directory() + "/" + name, false)) return;
    now_.disposals.erase(id);
    changed_ = true;
  }
}

}  // namespace dm::state
