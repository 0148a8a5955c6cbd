// Savepoints of which only the record is left, and directories among the savepoints of which there
// is no record.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "component/observation.h"
#include "context/component_view.h"
#include "housekeeping/finders.h"
#include "input/text_rules.h"
#include "observation/live_job.h"
#include "savepoint/marked_deletion.h"
#include "savepoint/restore_points.h"
#include "state/document_names.h"
#include "state/savepoint_files.h"

namespace dm::housekeeping {

using context::component_view;
using state::restore_point;
using state::restore_point_kind;
using state::restore_point_state;

namespace {

constexpr std::size_t most_asked = 1000;  // of one component: a question each

// One that is half disposed of may have lost the record of its path.
result<bool> is_gone(component_view& view, const io::operation& op, const std::string& path) {
  if (path.empty()) return true;
  const auto there = view.hdfs().status(op, path);
  if (there) return false;
  if (there.error().code == status_code::not_found) return true;
  return fail(there.error());
}

entry about(const known_component& one, kind of, const std::string& path) {
  entry told;
  told.kind = of;
  told.key = path;
  told.path = path;
  told.application = one.name().application;
  told.component = one.name().component;
  return told;
}

removal record_removal(scene& s, const known_component& one, const std::string& id) {
  return [&s, &one, id](const io::operation& op) -> result<bool> {
    component_view view(s.session, one.data);
    auto known = savepoint::read_points(view, op);
    if (!known) return fail(std::move(known.error()));
    const restore_point* found = savepoint::find_by_id(known->points, id);
    if (found == nullptr || found->state == restore_point_state::disposed) return false;
    const restore_point point = *found;
    auto gone = is_gone(view, op, point.path);
    if (!gone) return fail(std::move(gone.error()));
    if (!*gone) return needed_by_now("its files are there");
    auto live = observation::find_live_job(view, op, known->log);
    if (!live) return fail(std::move(live.error()));
    savepoint::disposal_facts facts;
    facts.log = std::move(known->log);
    facts.points = std::move(known->points);
    facts.live_epoch = *live ? (*live)->epoch : 0;
    const bool marked = point.state == restore_point_state::disposing;
    const auto obstacle = savepoint::obstacle_to_disposal(view.data(), facts, point);
    if (obstacle && !(obstacle->forceable && marked)) return needed_by_now(obstacle->reason);
    state::disposal_record tombstone;
    tombstone.path = point.path;
    tombstone.epoch = point.epoch;
    tombstone.checkpoint_id = point.checkpoint_id;
    tombstone.reason = "housekeeping: its files are gone";
    tombstone.disposed_at = io::now();
    auto left =
        savepoint::carry_out(view, op, {facts, point, tombstone, [] { return result<void>(); }});
    if (!left) return fail(std::move(left.error()));
    if (*left) return needed_by_now(**left);
    return true;
  };
}

void find_without_files(scene& s, const io::operation& op, inventory& found,
                        const known_component& one, component_view& view,
                        const savepoint::known_points& known, std::uint64_t live_epoch) {
  savepoint::disposal_facts facts;
  facts.log = known.log;
  facts.points = known.points;
  facts.live_epoch = live_epoch;
  std::size_t asked = 0;
  for (const restore_point& point : known.points) {
    // One whose disposal was interrupted is finished. What is damaged may only be cut: whether it
    // is gone is asked.
    const bool recorded = point.state == restore_point_state::completed ||
                          point.state == restore_point_state::damaged;
    const bool of_ledger =
        point.kind == restore_point_kind::savepoint &&
        (point.state == restore_point_state::disposing || (recorded && !point.path.empty()));
    if (!of_ledger || asked == most_asked) continue;
    ++asked;
    const auto gone = is_gone(view, op, point.path);
    if (!gone) return found.withhold(kind::ledger_without_files, gone.error().message);
    if (!*gone) continue;
    entry leftover = about(one, kind::ledger_without_files, point.path);
    leftover.key = view.directory() + " " + point.id;
    leftover.what = fmt::format("the record of savepoint {}, whose files are gone", point.id);
    leftover.modified_ms = point.completed_at.time_since_epoch().count();
    leftover.size_bytes = 0;
    const auto obstacle = savepoint::obstacle_to_disposal(one.data, facts, point);
    if (obstacle && point.state != restore_point_state::disposing) {
      leftover.why = fmt::format("its directory is not on HDFS any more; the record stays: {}",
                                 obstacle->reason);
    } else {
      leftover.why = "its directory is not on HDFS any more: nothing can be resumed from it";
      leftover.remove = record_removal(s, one, point.id);
    }
    found.add(std::move(leftover));
  }
}

// Whether the metadata of a savepoint, or what is left of one, lies anywhere in it: deeper, or
// under another name than Flink gives, it is none that is discovered, and may be somebody's copy
// (INV-3).
result<bool> holds_metadata(component_view& view, const io::operation& op,
                            const std::string& path) {
  const auto read = state::read_files(op, view.hdfs(), path);
  if (!read) {
    if (read.error().code == status_code::not_found) return false;
    return fail(read.error());
  }
  return read->too_deep ||
         std::any_of(read->files.begin(), read->files.end(), [](const auto& file) {
           return ("/" + file.path).ends_with("/" + std::string(state::metadata_name));
         });
}

removal directory_removal(scene& s, const known_component& one, const std::string& name,
                          const cluster::file_status& seen) {
  return [&s, &one, name, seen](const io::operation& op) -> result<bool> {
    component_view view(s.session, one.data);
    const std::string path = view.ledger().operation_directory(name);
    if (state::check_id(name)) {
      auto requested = view.ledger().requested(op, name);
      if (!requested) return fail(std::move(requested.error()));
      if (*requested) return needed_by_now("an operation of that name has begun");
    }
    auto savepoint = view.ledger().find_in(op, path);
    if (!savepoint) {
      if (savepoint.error().code == status_code::not_found) return false;
      return fail(std::move(savepoint.error()));
    }
    if (*savepoint) return needed_by_now("there is a whole savepoint in it");
    const auto held = holds_metadata(view, op, path);
    if (!held) return fail(held.error());
    if (*held) return needed_by_now("there is a _metadata in it");
    return hdfs_removal(s, one.data.user, path, seen)(op);
  };
}

void find_without_ledger(scene& s, const io::operation& op, inventory& found,
                         const known_component& one, component_view& view,
                         const savepoint::known_points& known) {
  auto listed = view.hdfs().list(op, view.ledger().savepoints_directory());
  if (!listed) {
    if (listed.error().code != status_code::not_found)
      found.withhold(kind::files_without_ledger, listed.error().message);
    return;
  }
  std::set<std::string> recorded;
  for (const cluster::file_status& entry : *listed) {
    if (auto name = state::parse_document_name(entry.name)) recorded.insert(std::move(name->id));
  }
  std::map<std::string, const restore_point*> discovered;
  for (const restore_point& point : known.points) {
    if (point.kind == restore_point_kind::savepoint) discovered[point.id] = &point;
  }
  for (const cluster::file_status& one_file : *listed) {
    if (!one_file.directory || one_file.name.starts_with('.') || recorded.contains(one_file.name))
      continue;
    const std::string path = view.ledger().savepoints_directory() + "/" + one_file.name;
    entry leftover = about(one, kind::files_without_ledger, path);
    leftover.modified_ms = one_file.modified_ms;
    to_be_measured(leftover, one.data.user);
    if (const auto point = discovered.find(one_file.name); point != discovered.end()) {
      leftover.what = "a savepoint that somebody has taken by hand, or whose records are gone";
      leftover.why = fmt::format("jobs can be resumed from it; dispose of {} if nobody needs it",
                                 input::shown(point->first));
      leftover.breaks = "resuming from it";
      found.add(std::move(leftover));
      continue;
    }
    if (!s.old_enough(kind::files_without_ledger, one_file.modified_ms)) continue;
    const auto held = holds_metadata(view, op, path);
    if (!held) {
      found.withhold(kind::files_without_ledger, held.error().message);
      continue;
    }
    if (*held) {
      leftover.what = "a directory among the savepoints that holds a _metadata";
      leftover.why =
          "it may be a savepoint that somebody has put there: look, and delete it by hand";
      leftover.breaks = "resuming from it";
      found.add(std::move(leftover));
      continue;
    }
    leftover.what = "a directory among the savepoints with no savepoint in it";
    leftover.why = fmt::format("no operation is recorded for it, there is no _metadata, and {}",
                               s.aged(one_file.modified_ms));
    leftover.remove = directory_removal(s, one, one_file.name, one_file);
    found.add(std::move(leftover));
  }
}

}  // namespace

void find_ledger_gaps(scene& s, const io::operation& op, inventory& found) {
  const auto kinds = {kind::ledger_without_files, kind::files_without_ledger};
  if (std::none_of(kinds.begin(), kinds.end(), [&](kind one) { return found.wants(one); })) return;
  if (s.components.hdfs_failure) {
    for (const kind one : kinds) found.withhold(one, s.components.hdfs_failure->message);
  }
  // A job that lives may be taking one, or need the newest: who knows of none lets all stay.
  const auto& fleet = s.asked.fleet(op, s.request.name_space);
  if (!fleet) {
    for (const kind one : kinds) found.withhold(one, fleet.error().message);
    return;
  }
  for (const known_component& one : s.components.all) {
    if (!one.keeps_log()) continue;
    component_view view(s.session, one.data);
    const auto known = savepoint::read_points(view, op);
    if (!known) {
      for (const kind of : kinds) found.withhold(of, known.error().message);
      continue;
    }
    const std::uint64_t live_epoch = component::newest_live_epoch(
        component::group_by_epoch(fleet->applications, one.data.id, one.data.user));
    if (found.wants(kind::ledger_without_files))
      find_without_files(s, op, found, one, view, *known, live_epoch);
    if (found.wants(kind::files_without_ledger))
      find_without_ledger(s, op, found, one, view, *known);
  }
}

}  // namespace dm::housekeeping
