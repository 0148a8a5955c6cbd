// The words for restore points, and their order.
// SPDX-License-Identifier: Apache-2.0
#include "state/restore_point.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include <fmt/format.h>

namespace dm::state {

namespace {

constexpr std::array<std::string_view, 2> kind_names{"savepoint", "checkpoint"};
constexpr std::array<std::string_view, 8> state_names{"IN_PROGRESS", "COMPLETED", "DISCOVERED",
                                                      "FAILED",      "DAMAGED",   "CLAIMED",
                                                      "DISPOSING",   "DISPOSED"};

io::wall_time time_of(const restore_point& point) {
  return point.completed_at != io::wall_time{} ? point.completed_at : point.requested_at;
}

// Positive, in digits alone.
std::optional<std::int64_t> parse_number(std::string_view text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, value);
  if (code != std::errc() || stop != end || value <= 0) return std::nullopt;
  return value;
}

}  // namespace

std::string_view to_string(restore_point_kind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}
std::string_view to_string(restore_point_state state) {
  return state_names.at(static_cast<std::size_t>(state));
}

restore_point point_of(const requested_record& record) {
  restore_point point;
  point.id = record.operation;
  point.state = restore_point_state::in_progress;
  point.epoch = record.epoch;
  point.job_id = record.job_id;
  point.operation = record.kind;
  point.format = record.format;
  point.user = record.user;
  point.requested_at = record.requested_at;
  return point;
}

restore_point point_of(const result_record& record) {
  restore_point point;
  point.id = record.operation;
  point.state = record.completed ? restore_point_state::completed : restore_point_state::failed;
  point.reason = record.failure;
  point.path = record.path;
  point.epoch = record.epoch;
  point.job_id = record.job_id;
  point.checkpoint_id = record.checkpoint_id;
  point.operation = record.kind;
  point.flink_version = record.flink_version;
  point.format = record.format;
  point.parallelism = record.parallelism;
  point.duration_ms = record.duration_ms;
  point.size_bytes = record.size_bytes;
  point.file_count = record.file_count;
  point.manifest = record.manifest;
  point.user = record.user;
  point.requested_at = record.requested_at;
  point.completed_at = record.completed_at;
  return point;
}

std::string checkpoint_id(const checkpoint_name& name) {
  return fmt::format("checkpoint-{}-{}", name.epoch, name.checkpoint_id);
}

std::optional<checkpoint_name> parse_checkpoint_id(std::string_view id) {
  constexpr std::string_view prefix = "checkpoint-";
  if (!id.starts_with(prefix)) return std::nullopt;
  id.remove_prefix(prefix.size());
  const std::size_t hyphen = id.find('-');
  if (hyphen == std::string_view::npos) return std::nullopt;
  const auto epoch = parse_number(id.substr(0, hyphen));
  const auto number = parse_number(id.substr(hyphen + 1));
  if (!epoch || !number) return std::nullopt;
  return checkpoint_name{static_cast<std::uint64_t>(*epoch), *number};
}

void sort_newest_first(std::vector<restore_point>& points) {
  // The id last, so that equal ones have one order and a page after another misses none.
  const auto key = [](const restore_point& p) {
    return std::make_tuple(p.epoch, p.checkpoint_id, time_of(p), std::string_view(p.id));
  };
  std::sort(points.begin(), points.end(),
            [&](const restore_point& a, const restore_point& b) { return key(a) > key(b); });
}

}  // namespace dm::state
