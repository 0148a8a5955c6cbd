// The checkpoints that Flink was told to retain: checkpoints/<epoch>/<job id>/chk-<n>; and those of
// programs that put them elsewhere.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "flink/hdfs_location.h"
#include "state/savepoint_files.h"
#include "state/savepoint_ledger.h"

namespace dm::state {

namespace {

// A program that names its own storage names one directory: older epochs are not looked for.
constexpr std::size_t most_places_elsewhere = 8;

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

// Those of one job: <directory>/chk-<n>. NOT_FOUND: there is no such directory.
result<void> savepoint_ledger::add_checkpoints(const io::operation& op, std::uint64_t epoch,
                                               const std::string& job_id,
                                               const std::string& directory,
                                               std::vector<restore_point>& points) {
  auto checkpoints = hdfs_.list(op, directory);
  if (!checkpoints) return fail(std::move(checkpoints.error()));
  for (const cluster::file_status& entry : *checkpoints) {
    const auto number = checkpoint_number(entry.name);
    if (!entry.directory || !number) continue;
    std::string path = directory + "/" + entry.name;
    // One in progress has no _metadata yet, and one that a newer one replaced has none any more.
    auto metadata = hdfs_.status(op, path + "/" + metadata_name);
    if (!metadata) {
      if (metadata.error().code == status_code::not_found) continue;
      return fail(std::move(metadata.error()));
    }
    if (metadata->length_bytes == 0) continue;  // being written
    restore_point point;
    point.id = checkpoint_id({epoch, *number});
    point.kind = restore_point_kind::checkpoint;
    point.path = std::move(path);
    point.epoch = epoch;
    point.job_id = job_id;
    point.checkpoint_id = *number;
    point.completed_at = io::from_epoch_ms(metadata->modified_ms);
    points.push_back(std::move(point));
  }
  return {};
}

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
    auto added = add_checkpoints(op, epoch, job.name, directory + "/" + job.name, points);
    if (!added && added.error().code != status_code::not_found)
      return fail_while(doing, std::move(added.error()));
  }
  sort_newest_first(points);
  return points;
}

result<std::vector<restore_point>> savepoint_ledger::checkpoints_elsewhere(
    const io::operation& op, const component::log_snapshot& log) {
  std::vector<restore_point> points;
  flink::own_hdfs own(hdfs_.addresses());
  for (const auto& [epoch, fact] : log.checkpoints) own.learn(fact.external_path, directory_);
  std::size_t looked_at = 0;
  for (auto it = log.checkpoints.rbegin(); it != log.checkpoints.rend(); ++it) {
    const auto& [epoch, fact] = *it;
    if (epoch <= log.state_ended() || looked_at == most_places_elsewhere) break;
    const auto location = flink::parse_hdfs_location(fact.external_path);
    if (!location || location->path.starts_with(directory_ + "/")) continue;
    ++looked_at;
    std::vector<restore_point> found;
    const std::string directory = location->path.substr(0, location->path.rfind('/'));
    auto added = add_checkpoints(op, epoch, fact.job_id, directory, found);
    if (!added) {
      if (added.error().code == status_code::not_found) continue;
      return fail_while(fmt::format("listing the checkpoints of epoch {}", epoch),
                        std::move(added.error()));
    }
    // Under another cluster's name it is the same place only if what Flink has told of is there.
    const bool same_place =
        own.owns(*location) ||
        std::any_of(found.begin(), found.end(), [&](const restore_point& point) {
          return point.checkpoint_id >= fact.checkpoint_id;
        });
    if (!same_place) continue;
    for (restore_point& point : found) points.push_back(std::move(point));
  }
  return points;
}

}  // namespace dm::state
