// What the component's incarnations start from and leave behind.
// SPDX-License-Identifier: Apache-2.0
#include "guard/restore_points.h"

#include <algorithm>

#include "component/component_name.h"
#include "flink/checkpoint_keys.h"
#include "state/checkpoint_retention.h"

namespace dm::guard {

restore_points::restore_points(cluster::hdfs& hdfs, const component::guard_spec& spec)
    : hdfs_(hdfs),
      spec_(spec),
      directory_(component::hdfs_directory(spec.state_root, spec.name)),
      ledger_(hdfs, directory_) {}

result<state::selection> restore_points::choose(const io::operation& op,
                                                const component::log_snapshot& log) {
  return state::select_restore_point(op, hdfs_, ledger_, log, spec_.state);
}

result<bool> restore_points::stands(const io::operation& op, const component::log_snapshot& log,
                                    const state::choice& chosen) {
  if (!chosen.point) return true;
  auto again = choose(op, log);
  if (!again) return fail(std::move(again.error()));
  const auto* choice = std::get_if<state::choice>(&*again);
  return choice != nullptr && choice->point && choice->point->path == chosen.point->path;
}

std::vector<std::pair<std::string, std::string>> restore_points::configuration(
    const flink::version& version, std::uint64_t epoch) const {
  if (!component::keeps_state(spec_.job_type, spec_.state)) return {};
  return flink::checkpoint_configuration(version, ledger_.checkpoints_directory(epoch),
                                         ledger_.savepoints_directory());
}

result<bool> restore_points::stopped_by_savepoint(const io::operation& op,
                                                  const component::log_snapshot& log,
                                                  std::uint64_t epoch) {
  auto points = ledger_.list(op, log);
  if (!points) return fail_while("looking for the savepoint of a stop", points.error());
  for (const state::restore_point& point : *points) {
    if (point.kind != state::restore_point_kind::savepoint || point.epoch != epoch ||
        point.operation != state::operation_kind::stop ||
        point.state == state::restore_point_state::failed ||
        point.state == state::restore_point_state::discovered) {
      continue;
    }
    if (point.state != state::restore_point_state::in_progress) return true;
    // Nobody has recorded its result; whether it came to be, its own directory tells (D-14).
    auto requested = ledger_.requested(op, point.id);
    if (!requested) return fail(requested.error());
    if (!*requested) continue;
    auto found = ledger_.find_in(op, (*requested)->directory);
    if (!found) return fail(found.error());
    if (found->has_value()) return true;
  }
  return false;
}

result<std::optional<state::requested_record>> restore_points::record_finished_stop(
    const io::operation& op, const component::log_snapshot& log, std::uint64_t epoch) {
  auto points = ledger_.list(op, log);
  if (!points) return fail_while("looking for the savepoint of a stop", points.error());
  for (const state::restore_point& point : *points) {
    if (point.kind != state::restore_point_kind::savepoint || point.epoch != epoch ||
        point.operation != state::operation_kind::stop) {
      continue;
    }
    auto recorded = ledger_.recorded_result(op, point.id);
    if (!recorded) return fail(recorded.error());
    if (*recorded) continue;
    auto requested = ledger_.requested(op, point.id);
    if (!requested) return fail(requested.error());
    if (!*requested) continue;
    auto found = ledger_.find_in(op, (*requested)->directory);
    if (!found) return fail(found.error());
    if (!*found) continue;
    state::result_record record;
    record.operation = (*requested)->operation;
    record.completed = true;
    record.path = (*found)->path;
    record.kind = (*requested)->kind;
    record.epoch = epoch;
    record.job_id = (*requested)->job_id;
    record.format = (*requested)->format;
    record.flink_version = spec_.flink_version;
    record.user = (*requested)->user;
    record.requested_at = (*requested)->requested_at;
    record.completed_at = (*found)->completed_at;
    auto counted = ledger_.take_inventory(op, record);
    if (!counted) return fail(counted.error());
    if (!counted->intact()) continue;
    if (auto written = ledger_.write_result(op, record); !written) return fail(written.error());
    return requested;
  }
  return std::optional<state::requested_record>();
}

result<std::optional<std::vector<std::uint64_t>>> restore_points::tidy(
    const io::operation& op, const component::log_record& incarnation) {
  auto outdated = state::outdated_checkpoints(op, hdfs_, ledger_, directory_, spec_, incarnation);
  if (!outdated || !*outdated) return outdated;
  for (const std::uint64_t epoch : **outdated) {
    auto removed = hdfs_.remove(op, ledger_.checkpoints_directory(epoch), true);
    if (!removed) return fail(removed.error());
  }
  std::sort((*outdated)->begin(), (*outdated)->end());
  return outdated;
}

}  // namespace dm::guard
