// Deleting what of a component's log nobody needs any more.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "component/component_log.h"
#include "component/placed_file.h"

namespace dm::component {

namespace {

constexpr std::size_t most_removed = 500;
constexpr std::int64_t abandoned_after_ms = 3'600'000;

// The epoch that made what the incarnation was started from; 0: none, or not known.
std::uint64_t restored_epoch(const log_record& incarnation) {
  if (incarnation.restore_epoch != 0) return incarnation.restore_epoch;
  // A record of an earlier version: its path tells it of a checkpoint.
  constexpr std::string_view directory = "/checkpoints/";
  const std::size_t at = incarnation.restore_path.find(directory);
  if (at == std::string::npos) return 0;
  const auto rest = std::string_view(incarnation.restore_path).substr(at + directory.size());
  const auto file = parse_log_file(std::string(rest.substr(0, rest.find('/'))).append(".json"));
  return file ? file->number : 0;
}

// What the newest state comes from, however long ago that was.
std::set<std::uint64_t> needed(const log_snapshot& log) {
  std::set<std::uint64_t> numbers;
  if (const log_record* intent = log.newest_intent()) numbers.insert(intent->number);
  const log_record* one = log.newest_incarnation();
  while (one != nullptr && numbers.insert(one->number).second) {
    const auto before = log.records.find(restored_epoch(*one));
    one = before == log.records.end() ? nullptr : &before->second;
  }
  return numbers;
}

}  // namespace

result<std::size_t> component_log::prune(const io::operation& op, std::size_t keep) {
  auto seen = reader_.read(op);
  if (!seen) return fail(std::move(seen.error()));
  const std::set<std::uint64_t> kept = needed(*seen);
  const std::vector<std::uint64_t> numbers = reader_.numbers();
  const std::uint64_t oldest = numbers.size() > keep ? numbers[numbers.size() - keep] : 0;
  // By the clock of HDFS alone: when the newest file was written.
  std::int64_t newest_ms = 0;
  for (const cluster::file_status& file : reader_.listing())
    newest_ms = std::max(newest_ms, file.modified_ms);
  std::size_t removed = 0;
  for (const cluster::file_status& file : reader_.listing()) {
    if (file.directory || removed >= most_removed) continue;
    const auto parsed = parse_log_file(file.name);
    const bool outdated = parsed && parsed->number < oldest && !kept.contains(parsed->number);
    const bool abandoned =
        is_temporary_name(file.name) && newest_ms - file.modified_ms > abandoned_after_ms;
    if (!outdated && !abandoned) continue;
    auto gone = hdfs_.remove(op, fmt::format("{}/log/{}", directory_, file.name), false);
    if (!gone) return fail_while("pruning the component's log", std::move(gone.error()));
    ++removed;
  }
  return removed;
}

}  // namespace dm::component
