// Retained checkpoints that the component's own rule does not keep: the guard deletes them while
// the job runs, unless it could not.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>

#include "component/observation.h"
#include "context/component_view.h"
#include "housekeeping/finders.h"
#include "io/file.h"
#include "observation/live_job.h"
#include "package/component_layout.h"
#include "savepoint/marked_deletion.h"
#include "savepoint/restore_points.h"
#include "state/checkpoint_retention.h"

namespace dm::housekeeping {

using context::component_view;

namespace {

constexpr std::size_t largest_guard_file = std::size_t{1} << 20;

result<component::guard_spec> spec_of(scene& s, const known_component& one) {
  const auto text =
      io::read_file(package::layout_of(s.settings(), one.name()).guard_file, largest_guard_file);
  if (!text) return fail(text.error());
  return component::read_guard_spec(*text);
}

// A run that is kept, and whose checkpoints may refer to files of the epoch's, since it was
// restored from there and did not leave them to it. 0: none.
std::uint64_t run_that_needs(std::uint64_t epoch, const std::string& directory,
                             const std::vector<std::uint64_t>& outdated,
                             const component::guard_spec& spec,
                             const savepoint::known_points& known) {
  for (const auto& [number, record] : known.log.records) {
    if (record.kind != component::record_kind::incarnation || number <= epoch ||
        !record.restore_path.starts_with(directory + "/") ||
        std::find(outdated.begin(), outdated.end(), number) != outdated.end())
      continue;
    // Without a word it was the default of a Flink that only this very specification tells.
    const bool leaves = record.claim_mode.empty()
                            ? record.spec_digest.empty() || record.spec_digest == spec.digest
                            : record.claim_mode == "no_claim";
    const bool kept =
        std::any_of(known.points.begin(), known.points.end(), [run = number](const auto& point) {
          return point.kind == state::restore_point_kind::checkpoint && point.epoch == run &&
                 point.state != state::restore_point_state::disposed;
        });
    if (!leaves && kept) return number;
  }
  return 0;
}

// One epoch's checkpoints, newest first, each marked and looked at again before it is deleted
// (D-53); then what its job has left beside them.
class epoch_deletion {
 public:
  epoch_deletion(scene& s, const known_component& one, component::guard_spec spec,
                 std::uint64_t epoch)
      : s_(s), component_(one), spec_(std::move(spec)), epoch_(epoch) {}

  result<bool> run(const io::operation& op) const {
    component_view view(s_.session, component_.data);
    const std::string directory = view.ledger().checkpoints_directory(epoch_);
    auto there = view.hdfs().status(op, directory);
    if (!there) {
      if (there.error().code == status_code::not_found) return false;
      return fail(std::move(there.error()));
    }
    auto known = savepoint::read_points(view, op);
    if (!known) return fail(std::move(known.error()));
    if (auto outdated = still_outdated(op, view, *known); !outdated || !*outdated)
      return outdated ? result<bool>(needed_by_now("the component's rule keeps it by now"))
                      : fail(std::move(outdated.error()));
    auto live = observation::find_live_job(view, op, known->log);
    if (!live) return fail(std::move(live.error()));
    savepoint::disposal_facts facts;
    facts.log = std::move(known->log);
    facts.points = std::move(known->points);
    facts.live_epoch = *live ? (*live)->epoch : 0;
    if (auto done = delete_points(op, view, facts); !done) return done;
    auto left = view.ledger().checkpoints_of(op, epoch_);
    if (!left) return fail(std::move(left.error()));
    if (!left->empty()) return needed_by_now("there is another checkpoint of it");
    return view.hdfs().remove(op, directory, true);
  }

 private:
  result<bool> still_outdated(const io::operation& op, component_view& view,
                              const savepoint::known_points& known) const {
    const component::log_record* newest = known.log.newest_incarnation();
    if (newest == nullptr) return false;
    auto outdated = state::outdated_checkpoints(op, view.hdfs(), view.ledger(), view.directory(),
                                                spec_, *newest);
    if (!outdated) return fail(std::move(outdated.error()));
    return *outdated &&
           std::find((*outdated)->begin(), (*outdated)->end(), epoch_) != (*outdated)->end() &&
           run_that_needs(epoch_, view.ledger().checkpoints_directory(epoch_), **outdated, spec_,
                          known) == 0;
  }

  result<bool> delete_points(const io::operation& op, component_view& view,
                             savepoint::disposal_facts& facts) const {
    for (;;) {
      // In the order of the points, which is newest first: those may refer to older ones' files.
      const auto next =
          std::find_if(facts.points.begin(), facts.points.end(), [&](const auto& point) {
            return point.kind == state::restore_point_kind::checkpoint && point.epoch == epoch_ &&
                   point.state != state::restore_point_state::disposed;
          });
      if (next == facts.points.end()) return true;
      const auto obstacle = savepoint::obstacle_to_disposal(view.data(), facts, *next);
      const bool marked = next->state == state::restore_point_state::disposing;
      if (obstacle && !(obstacle->forceable && marked)) return needed_by_now(obstacle->reason);
      state::disposal_record tombstone;
      tombstone.path = next->path;
      tombstone.epoch = next->epoch;
      tombstone.checkpoint_id = next->checkpoint_id;
      tombstone.reason = "retention: runs";
      tombstone.disposed_at = io::now();
      if (auto prepared = view.ledger().prepare(op); !prepared) return fail(prepared.error());
      const auto remove = [&]() -> result<void> {
        return view.hdfs().remove(op, next->path, true).map([](bool) {});
      };
      auto left = savepoint::carry_out(view, op, {facts, *next, tombstone, remove});
      if (!left) return fail(std::move(left.error()));
      if (*left) return needed_by_now(**left);
      facts.points.erase(next);
    }
  }

  scene& s_;
  const known_component& component_;
  component::guard_spec spec_;
  std::uint64_t epoch_;
};

void find_of_component(scene& s, const io::operation& op, inventory& found,
                       const known_component& one) {
  const auto& log = s.asked.log_of(op, one);
  if (!log) return found.withhold(kind::checkpoint, log.error().message);
  const component::log_record* newest = log->newest_incarnation();
  if (newest == nullptr) return;
  auto spec = spec_of(s, one);
  if (!spec) return found.withhold(kind::checkpoint, spec.error().message);
  component_view view(s.session, one.data);
  const auto outdated =
      state::outdated_checkpoints(op, view.hdfs(), view.ledger(), view.directory(), *spec, *newest);
  if (!outdated) return found.withhold(kind::checkpoint, outdated.error().message);
  if (!*outdated || (*outdated)->empty()) return;
  const auto& fleet = s.asked.fleet(op, s.request.name_space);
  auto counts = fleet ? witnesses::absence_counts(*fleet) : result<void>(fail(fleet.error()));
  if (!counts) return found.withhold(kind::checkpoint, counts.error().message);
  const auto known = savepoint::read_points(view, op);
  if (!known) return found.withhold(kind::checkpoint, known.error().message);
  const auto groups = component::group_by_epoch(fleet->applications, one.data.id, one.data.user);
  for (const std::uint64_t epoch : **outdated) {
    if (!component::live_of(groups, epoch).empty()) continue;  // a second application writes there
    if (run_that_needs(epoch, view.ledger().checkpoints_directory(epoch), **outdated, *spec,
                       *known) != 0)
      continue;
    entry leftover;
    leftover.kind = kind::checkpoint;
    leftover.path = view.ledger().checkpoints_directory(epoch);
    leftover.key = leftover.path;
    leftover.what = fmt::format("retained checkpoints of incarnation {}", epoch);
    leftover.application = one.name().application;
    leftover.component = one.name().component;
    leftover.why = fmt::format(
        "incarnation {} has completed checkpoints of its own, and {} runs before it are kept "
        "(component_flink_checkpoint_retention_runs)",
        newest->number, spec->checkpoint_retention_runs);
    leftover.remove = [deletion = epoch_deletion(s, one, *spec, epoch)](
                          const io::operation& removing) { return deletion.run(removing); };
    to_be_measured(leftover, one.data.user);
    found.add(std::move(leftover));
  }
}

}  // namespace

void find_old_checkpoints(scene& s, const io::operation& op, inventory& found) {
  if (!found.wants(kind::checkpoint)) return;
  if (s.components.node_failure)
    found.withhold(kind::checkpoint, s.components.node_failure->message);
  // How many runs keep theirs stands on the component's own node.
  for (const known_component& one : s.components.all) {
    if (one.on_node && one.has_data && one.keeps_log()) find_of_component(s, op, found, one);
  }
}

}  // namespace dm::housekeeping
