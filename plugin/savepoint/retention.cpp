// The retention rule of a component: choice and execution.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/retention.h"

#include <algorithm>

#include <fmt/format.h>

#include "savepoint/restore_points.h"
#include "state/savepoint_ledger.h"

namespace dm::savepoint {

using context::session;
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

// The two phases of a disposal, by WebHDFS: a savepoint is one directory of its own.
result<void> remove(const io::operation& op, cluster::hdfs& hdfs, state::savepoint_ledger& ledger,
                    const restore_point& point, std::string_view reason) {
  state::disposal_record record;
  record.path = point.path;
  record.reason = reason;
  record.disposed_at = io::now();
  auto begun = ledger.begin_disposal(op, point.id, record);
  if (!begun) return fail(std::move(begun.error()));
  if (!begun->path.empty()) {
    if (auto removed = hdfs.remove(op, begun->path, true); !removed)
      return fail(std::move(removed.error()));
  }
  return ledger.finish_disposal(op, point.id);
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

std::vector<std::string> retire(session& session, const io::operation& op,
                                const component_data& data, const component::log_snapshot& log,
                                const std::optional<live_job>& live, std::string_view newest) {
  std::vector<std::string> done;
  if (!has_rule(data.retention)) return done;
  cluster::hdfs hdfs = session.hdfs_for(data.user);
  state::savepoint_ledger ledger(hdfs, state_directory(data));
  auto points = ledger.list(op, log);
  if (!points) {
    op.log(io::log_level::warning, fmt::format("the retention rule of {} was not carried out: {}",
                                               data.name.text(), points.error().message));
    return done;
  }
  disposal_facts facts;
  facts.log = log;
  facts.points = std::move(*points);
  facts.live_epoch = live ? live->epoch : 0;
  std::vector<retirement> chosen = choose_retired(data, facts, newest, io::now());
  for (const restore_point& point : facts.points) {
    if (point.state == restore_point_state::disposing) chosen.push_back({point, "retention"});
  }
  for (const retirement& one : chosen) {
    if (auto removed = remove(op, hdfs, ledger, one.point, one.reason); !removed) {
      op.log(io::log_level::warning,
             fmt::format("savepoint {} of {} was not deleted ({}): {}", one.point.id,
                         data.name.text(), one.reason, removed.error().message));
      continue;
    }
    op.log(io::log_level::info, fmt::format("savepoint {} of {} was deleted ({})", one.point.id,
                                            data.name.text(), one.reason));
    done.push_back(one.point.id);
  }
  return done;
}

}  // namespace dm::savepoint
