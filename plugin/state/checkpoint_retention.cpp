// Which retained checkpoints of older incarnations may go.
// SPDX-License-Identifier: Apache-2.0
#include "state/checkpoint_retention.h"

#include <algorithm>
#include <charconv>
#include <functional>

#include "flink/installation.h"

namespace dm::state {

namespace {

std::optional<std::uint64_t> parse_epoch(std::string_view name) {
  std::uint64_t epoch = 0;
  const char* end = name.data() + name.size();
  const auto [stop, code] = std::from_chars(name.data(), end, epoch);
  return code == std::errc() && stop == end ? std::optional(epoch) : std::nullopt;
}

}  // namespace

bool outgrows_older(const component::guard_spec& spec, const component::log_record& incarnation) {
  if (!component::keeps_state(spec.job_type, spec.state)) return false;
  // It was submitted by another specification, whose Flink is not known here: since then the
  // component was laid out anew.
  if (!incarnation.spec_digest.empty() && incarnation.spec_digest != spec.digest) return false;
  const auto version = flink::parse_version(spec.flink_version);
  // Before 1.15 a run's checkpoints go on to refer to those that it was restored from.
  const bool no_claim_is_default =
      version && (version->major > 1 || (version->major == 1 && version->minor >= 15));
  if (!no_claim_is_default) return false;
  return incarnation.restore_path.empty() || incarnation.claim_mode.empty() ||
         incarnation.claim_mode == "no_claim";
}

result<std::optional<std::vector<std::uint64_t>>> outdated_checkpoints(
    const io::operation& op, cluster::hdfs& hdfs, savepoint_ledger& ledger,
    const std::string& directory, const component::guard_spec& spec,
    const component::log_record& incarnation) {
  std::vector<std::uint64_t> outdated;
  if (!outgrows_older(spec, incarnation)) return std::optional(outdated);
  auto listing = hdfs.list(op, directory + "/checkpoints");
  if (!listing) {
    // No job of this component has made any yet; this one may never do.
    if (listing.error().code == status_code::not_found) return std::optional(outdated);
    return fail(std::move(listing.error()));
  }
  std::vector<std::uint64_t> older;
  for (const cluster::file_status& entry : *listing) {
    const auto epoch = parse_epoch(entry.name);
    if (entry.directory && epoch && *epoch < incarnation.number) older.push_back(*epoch);
  }
  if (older.empty()) return std::optional(outdated);
  auto own = ledger.checkpoints_of(op, incarnation.number);
  if (!own) return fail(std::move(own.error()));
  if (std::none_of(own->begin(), own->end(), [](const auto& point) { return point.usable(); }))
    return std::optional<std::vector<std::uint64_t>>();
  std::sort(older.begin(), older.end(), std::greater<>());
  int kept = 0;
  for (const std::uint64_t epoch : older) {
    if (kept < spec.checkpoint_retention_runs) {
      // A run that has left none that can be restored is no way back.
      auto points = ledger.checkpoints_of(op, epoch);
      if (!points) return fail(std::move(points.error()));
      if (!points->empty()) {
        ++kept;
        continue;
      }
    }
    outdated.push_back(epoch);
  }
  return std::optional(outdated);
}

}  // namespace dm::state
