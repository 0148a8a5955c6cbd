// The checkpoints that Flink was told to retain: checkpoints/<epoch>/<job id>/chk-<n>.
// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <fmt/format.h>

#include "state/savepoint_files.h"
#include "state/savepoint_ledger.h"

namespace dm::state {

namespace {

// "chk-17" -> 17.
std::optional<std::int64_t> checkpoint_number(std::string_view name) {
  constexpr std::string_view prefix = "chk-";
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::int64_t number = 0;
  const char* end = name.data() + name.size();
  const auto [stop, code] = std::from_chars(name.data(), end, number);
  if (code != std::errc() || stop != end || number <= 0) return std::nullopt;
  return number;
}

}  // namespace

result<std::vector<restore_point>> savepoint_ledger::checkpoints_of(const io::operation& op,
                                                                    std::uint64_t epoch) {
  const std::string doing = fmt::format("listing the checkpoints of epoch {}", epoch);
  std::vector<restore_point> points;
  const std::string directory = checkpoints_directory(epoch);
  auto jobs = hdfs_.list(op, directory);
  if (!jobs) {
    if (jobs.error().code == status_code::not_found) return points;
    return fail_while(doing, std::move(jobs.error()));
  }
  for (const cluster::file_status& job : *jobs) {
    if (!job.directory) continue;
    auto checkpoints = hdfs_.list(op, directory + "/" + job.name);
    if (!checkpoints) {
      if (checkpoints.error().code == status_code::not_found) continue;
      return fail_while(doing, std::move(checkpoints.error()));
    }
    for (const cluster::file_status& entry : *checkpoints) {
      const auto number = checkpoint_number(entry.name);
      if (!entry.directory || !number) continue;
      const std::string path = fmt::format("{}/{}/{}", directory, job.name, entry.name);
      // One in progress has no _metadata yet, and one that a newer one replaced has none any more.
      auto metadata = hdfs_.status(op, path + "/" + metadata_name);
      if (!metadata) {
        if (metadata.error().code == status_code::not_found) continue;
        return fail_while(doing, std::move(metadata.error()));
      }
      if (metadata->length_bytes == 0) continue;  // being written
      restore_point point;
      point.id = checkpoint_id({epoch, *number});
      point.kind = restore_point_kind::checkpoint;
      point.path = path;
      point.epoch = epoch;
      point.job_id = job.name;
      point.checkpoint_id = *number;
      point.completed_at = io::from_epoch_ms(metadata->modified_ms);
      points.push_back(std::move(point));
    }
  }
  sort_newest_first(points);
  return points;
}

}  // namespace dm::state
