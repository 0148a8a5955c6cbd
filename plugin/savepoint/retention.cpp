// The retention rule of a component: choice and execution.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/retention.h"

#include <algorithm>

#include <fmt/format.h>

#include "savepoint/marked_deletion.h"
#include "savepoint/restore_points.h"
#include "state/savepoint_ledger.h"

namespace dm::savepoint {

using context::component_view;
using input::component_data;
using input::retention_rule;
using observation::live_job;

namespace {

using state::restore_point;
using state::restore_point_kind;
using state::restore_point_state;

bool is_counted(const restore_point& point) {
  return point.kind == restore_point_kind::savepoint &&
         point.state == restore_point_state::completed && !point.pinned;
}

bool has_rule(const retention_rule& rule) {
  return rule.count > 0 || rule.age_ms > 0 || rule.size_bytes > 0;
}

// Empty: the rule keeps it. position: 0 for the newest; size: of it and all newer ones.
std::string_view broken_rule(const retention_rule& rule, const restore_point& point,
                             std::int64_t position, std::int64_t size, io::wall_time now) {
  if (rule.count > 0 && position >= rule.count) return "retention: count";
  if (rule.age_ms > 0 && now - point.completed_at >= io::milliseconds(rule.age_ms))
    return "retention: age";
  if (rule.size_bytes > 0 && size > rule.size_bytes) return "retention: size";
  return {};
}

}  // namespace

std::vector<retirement> choose_retired(const component_data& data, const disposal_facts& facts,
                                       std::string_view newest, io::wall_time now) {
  std::vector<retirement> retired;
  if (!has_rule(data.retention)) return retired;
  const state::lineage next = state::trace(supposing_start(facts.log), facts.points, data.state);
  const std::string last_good =
      next.candidates.empty() ? std::string() : next.candidates.front().point.id;
  std::int64_t position = 0;
  std::int64_t size = 0;
  for (const restore_point& point : facts.points) {
    if (!is_counted(point)) continue;
    size += point.size_bytes;
    const std::string_view reason = broken_rule(data.retention, point, position++, size, now);
    if (reason.empty() || point.id == newest || point.id == last_good ||
        obstacle_to_disposal(data, facts, point)) {
      continue;
    }
    retired.push_back({point, std::string(reason)});
  }
  std::reverse(retired.begin(), retired.end());
  return retired;
}

std::vector<std::string> retire(component_view& view, const io::operation& op,
                                const std::optional<live_job>& live, std::string_view newest) {
  std::vector<std::string> done;
  const component_data& data = view.data();
  if (!has_rule(data.retention)) return done;
  // Now: the savepoint that was just made may have taken minutes, in which somebody went on.
  auto known = read_points(view, op);
  if (!known) {
    op.log(io::log_level::warning, fmt::format("the retention rule of {} was not carried out: {}",
                                               data.name.text(), known.error().message));
    return done;
  }
  disposal_facts facts;
  facts.log = std::move(known->log);
  facts.points = std::move(known->points);
  facts.live_epoch = live ? live->epoch : 0;
  std::vector<retirement> chosen = choose_retired(data, facts, newest, io::now());
  for (const restore_point& point : facts.points) {
    if (point.state == restore_point_state::disposing) chosen.push_back({point, "retention"});
  }
  for (const retirement& one : chosen) {
    state::disposal_record tombstone;
    tombstone.path = one.point.path;
    tombstone.reason = one.reason;
    tombstone.disposed_at = io::now();
    const auto remove = [&]() -> result<void> {
      if (one.point.path.empty()) return {};
      // By HDFS: a savepoint is one directory of its own.
      return view.hdfs().remove(op, one.point.path, true).map([](bool) {});
    };
    const auto left = carry_out(view, op, {facts, one.point, tombstone, remove});
    if (!left || *left) {
      op.log(left ? io::log_level::info : io::log_level::warning,
             fmt::format("savepoint {} of {} was not deleted ({}): {}", one.point.id,
                         data.name.text(), one.reason, left ? **left : left.error().message));
      continue;
    }
    op.log(io::log_level::info, fmt::format("savepoint {} of {} was deleted ({})", one.point.id,
                                            data.name.text(), one.reason));
    done.push_back(one.point.id);
  }
  return done;
}

}  // namespace dm::savepoint
