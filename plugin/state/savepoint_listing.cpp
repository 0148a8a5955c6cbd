// Merges the ledger's documents with the directories: one listing, the index, and what is newer.
// SPDX-License-Identifier: Apache-2.0
#include "state/savepoint_listing.h"

#include <fmt/format.h>

#include "component/placed_file.h"
#include "state/savepoint_files.h"

namespace dm::state {

namespace {

constexpr const char* index_name = "index.json";
constexpr std::size_t document_limit_bytes = std::size_t{4} << 20;
constexpr std::size_t index_limit_bytes = std::size_t{32} << 20;
// Beyond this the index has no manifests: they are in the records.
constexpr std::size_t full_index_bytes = std::size_t{8} << 20;

// What one directory keeps from the component's user is no reason to hide the other savepoints. The
// job works as the same user: it has written nothing there, and could not be started from it.
bool keeps_user_out(const error& problem) { return problem.code == status_code::permission_denied; }

std::string deletion_text(const disposal_record& record) {
  std::string text = "deleted";
  if (!record.user.empty()) text += " by " + record.user;
  if (record.disposed_at != io::wall_time{}) text += " at " + io::to_rfc3339(record.disposed_at);
  // Of retention it is why; of the verb it says no more than that it was.
  if (record.user.empty() && !record.reason.empty()) text += fmt::format(" ({})", record.reason);
  return text;
}

}  // namespace

savepoint_listing::savepoint_listing(cluster::hdfs& hdfs, savepoint_ledger& ledger,
                                     const component::log_snapshot& log)
    : hdfs_(hdfs), ledger_(ledger), log_(log) {}

result<std::vector<restore_point>> savepoint_listing::read(const io::operation& op) {
  std::vector<restore_point> points;
  auto entries = hdfs_.list(op, ledger_.savepoints_directory());
  if (!entries) {
    if (entries.error().code == status_code::not_found) return points;
    return fail_while("listing the savepoints", std::move(entries.error()));
  }
  take_names(*entries);
  read_index(op);
  auto read_all = bring_up_to_date(op, document_kind::result, read_result_record, before_.results,
                                   now_.results);
  if (read_all) {
    read_all = bring_up_to_date(
        op, document_kind::pin,
        [](std::string_view json, const std::string&) { return read_pin_record(json); },
        before_.pins, now_.pins);
  }
  if (read_all) {
    read_all = bring_up_to_date(
        op, document_kind::disposal,
        [](std::string_view json, const std::string&) { return read_disposal_record(json); },
        before_.disposals, now_.disposals);
  }
  if (!read_all) return fail(std::move(read_all.error()));

  for (const auto& [id, entry] : now_.results) {
    auto point = of_result(op, entry.record);
    if (!point) return fail(std::move(point.error()));
    points.push_back(std::move(*point));
  }
  for (const auto& [id, modified_ms] : documents_[document_kind::requested]) {
    if (now_.results.contains(id)) continue;
    auto record = ledger_.requested(op, id);
    if (!record) return fail(std::move(record.error()));
    if (!*record) continue;  // gone since the listing
    auto point = under_way(op, **record);
    if (!point) return fail(std::move(point.error()));
    points.push_back(std::move(*point));
  }
  for (const auto& [name, modified_ms] : directories_) {
    if (documents_[document_kind::result].contains(name) ||
        documents_[document_kind::requested].contains(name)) {
      continue;
    }
    if (auto looked = discover(op, name, modified_ms); !looked)
      return fail(std::move(looked.error()));
    if (const auto found = now_.discovered.find(name); found != now_.discovered.end())
      points.push_back(of_discovered(name, found->second.record));
  }
  fold_tombstones(op);
  // A tombstone is all that is left of a disposed one.
  for (const auto& [id, entry] : now_.disposals) {
    const bool listed = now_.results.contains(id) || now_.discovered.contains(id) ||
                        documents_[document_kind::requested].contains(id);
    if (listed) continue;
    restore_point point;
    if (entry.record.result) point = point_of(*entry.record.result);
    point.id = id;
    point.reason = deletion_text(entry.record);
    if (parse_checkpoint_id(id)) point.kind = restore_point_kind::checkpoint;
    point.state =
        directories_.contains(id) ? restore_point_state::disposing : restore_point_state::disposed;
    point.path = entry.record.path;
    point.epoch = entry.record.epoch;
    point.checkpoint_id = entry.record.checkpoint_id;
    points.push_back(std::move(point));
  }
  if (changed_ || now_.results.size() != before_.results.size() ||
      now_.pins.size() != before_.pins.size() ||
      now_.disposals.size() != before_.disposals.size() ||
      now_.discovered.size() != before_.discovered.size()) {
    write_index(op);
  }
  return points;
}

void savepoint_listing::take_names(const std::vector<cluster::file_status>& entries) {
  for (const cluster::file_status& entry : entries) {
    if (entry.name.starts_with('.')) continue;
    if (entry.directory) {
      directories_[entry.name] = entry.modified_ms;
    } else if (entry.name == index_name) {
      has_index_ = true;
    } else if (auto name = parse_document_name(entry.name)) {
      documents_[name->kind][std::move(name->id)] = entry.modified_ms;
    }
  }
}

// Whatever is wrong with it, the documents themselves are still there.
void savepoint_listing::read_index(const io::operation& op) {
  if (!has_index_) return;
  const auto content =
      hdfs_.read(op, ledger_.savepoints_directory() + "/" + index_name, index_limit_bytes);
  if (!content) return;
  if (auto index = read_savepoint_index(*content)) before_ = std::move(*index);
}

void savepoint_listing::write_index(const io::operation& op) {
  std::string content = to_json(now_);
  if (content.size() > full_index_bytes) content = to_json(without_manifests(now_));
  if (content.size() > index_limit_bytes) return;
  auto written = component::place_file(op, hdfs_, ledger_.savepoints_directory(), index_name,
                                       content, cluster::hdfs::rename_option::overwrite);
  if (!written)
    op.log(io::log_level::debug,
           "the index of savepoints was not renewed: " + written.error().text());
}

template <class Record, class Read>
result<void> savepoint_listing::bring_up_to_date(const io::operation& op, document_kind kind,
                                                 Read read_record, const by_id<Record>& before,
                                                 by_id<Record>& now) {
  struct newer_document {
    std::string id;
    std::int64_t modified_ms;
  };
  std::vector<newer_document> newer;
  std::vector<std::string> paths;
  for (const auto& [id, modified_ms] : documents_[kind]) {
    if (const auto known = before.find(id);
        known != before.end() && known->second.modified_ms == modified_ms) {
      now[id] = known->second;
      continue;
    }
    newer.push_back({id, modified_ms});
    paths.push_back(ledger_.savepoints_directory() + "/" + document_name(id, kind));
  }
  auto contents = hdfs_.read_all(op, paths, document_limit_bytes);
  if (!contents) return fail_while("reading the ledger of savepoints", std::move(contents.error()));
  for (std::size_t i = 0; i < newer.size(); ++i) {
    if (!(*contents)[i]) continue;  // gone since the listing
    const auto& [id, modified_ms] = newer[i];
    auto record = read_record(*(*contents)[i], id);
    if (record) {
      now[id] = {modified_ms, std::move(*record)};
      changed_ = true;
      continue;
    }
    // One damaged document does not hide the other savepoints. A later version's is not damaged.
    if (record.error().code != status_code::internal)
      return fail_while(fmt::format("reading {}", paths[i]), std::move(record.error()));
    if (kind == document_kind::result) {
      unreadable_[id] = record.error().message;
    } else {
      now[id] = {modified_ms, {}};  // pinned, or being deleted, whatever else it said
    }
  }
  return {};
}

// Asked for, and no result recorded: perhaps nobody was left to record it.
result<restore_point> savepoint_listing::under_way(const io::operation& op,
                                                   const requested_record& record) {
  restore_point point = point_of(record);
  if (const auto broken = unreadable_.find(point.id); broken != unreadable_.end()) {
    point.state = restore_point_state::damaged;
    point.reason = broken->second;
  }
  auto found = ledger_.find_in(op, record.directory);
  if (!found && keeps_user_out(found.error())) {
    point.reason = found.error().text();
    return point;
  }
  if (!found) return fail(std::move(found.error()));
  if (!*found) return point;
  // A caller's directory is this operation's alone by agreement only.
  const bool own = record.directory == ledger_.operation_directory(record.operation);
  if (!own && !of_job((*found)->path, record.job_id)) return point;
  point.path = (*found)->path;
  point.completed_at = (*found)->completed_at;
  auto header = read_header(op, hdfs_, point.path);
  if (!header && keeps_user_out(header.error())) {
    point.state = restore_point_state::damaged;
    point.reason = header.error().text();
    return point;
  }
  if (!header) {
    if (header.error().code == status_code::not_found) return point;
    return fail(std::move(header.error()));
  }
  if (!*header) {
    point.state = restore_point_state::damaged;
    point.reason = header->error().text;
    return point;
  }
  // _metadata is written last.
  point.state = restore_point_state::completed;
  point.reason.clear();
  point.checkpoint_id = (*header)->checkpoint_id;
  return point;
}

result<void> savepoint_listing::discover(const io::operation& op, const std::string& name,
                                         std::int64_t modified_ms) {
  if (const auto known = before_.discovered.find(name);
      known != before_.discovered.end() && known->second.modified_ms == modified_ms) {
    now_.discovered[name] = known->second;
    return {};
  }
  discovered_savepoint savepoint;
  auto located = locate_savepoint(op, hdfs_, ledger_.operation_directory(name));
  if (!located && keeps_user_out(located.error())) {
    savepoint.path = ledger_.operation_directory(name);
    savepoint.defect = located.error().text();
    now_.discovered[name] = {0, std::move(savepoint)};
    return {};
  }
  if (!located) return fail_while("looking for a savepoint", std::move(located.error()));
  if (!*located) return {};
  savepoint.path = (*located)->path;
  savepoint.completed_at = (*located)->written_at;
  auto header = read_header(op, hdfs_, savepoint.path);
  if (!header && keeps_user_out(header.error())) {
    savepoint.defect = header.error().text();
    now_.discovered[name] = {0, std::move(savepoint)};
    return {};
  }
  if (!header) {
    if (header.error().code == status_code::not_found) return {};
    return fail(std::move(header.error()));
  }
  if (*header) {
    savepoint.checkpoint_id = (*header)->checkpoint_id;
    changed_ = true;
  } else {
    savepoint.defect = header->error().text;
  }
  // A file that is repaired leaves the time of its directory as it was.
  now_.discovered[name] = {savepoint.defect.empty() ? modified_ms : 0, std::move(savepoint)};
  return {};
}

// As discover(), but that there is nothing is remembered: failed operations may be many.
result<void> savepoint_listing::look_for_failed(const io::operation& op, const std::string& id,
                                                std::int64_t modified_ms) {
  if (const auto known = before_.discovered.find(id);
      known == before_.discovered.end() || known->second.modified_ms != modified_ms) {
    auto entries = hdfs_.list(op, ledger_.operation_directory(id));
    if (!entries) {
      if (entries.error().code == status_code::not_found || keeps_user_out(entries.error()))
        return {};
      return fail_while("looking for a savepoint", std::move(entries.error()));
    }
    if (entries->empty()) {
      now_.discovered[id] = {modified_ms, {}};
      changed_ = true;
      return {};
    }
  }
  return discover(op, id, modified_ms);
}

result<restore_point> savepoint_listing::of_result(const io::operation& op,
                                                   const result_record& record) {
  restore_point point = point_of(record);
  const auto directory = directories_.find(point.id);
  if (record.completed) {
    const std::string own = ledger_.operation_directory(point.id);
    const bool within_own = point.path == own || point.path.starts_with(own + "/");
    if (within_own && directory == directories_.end()) {
      point.state = restore_point_state::damaged;
      point.reason = fmt::format("its directory hdfs://{} is gone", own);
    }
    return point;
  }
  // A complete savepoint counts, whatever was recorded of it (D-52).
  if (directory == directories_.end()) return point;
  if (auto looked = look_for_failed(op, point.id, directory->second); !looked)
    return fail(std::move(looked.error()));
  const auto found = now_.discovered.find(point.id);
  if (found == now_.discovered.end() || found->second.record.path.empty()) return point;
  point.path = found->second.record.path;
  if (!found->second.record.defect.empty()) return point;
  point.state = restore_point_state::completed;
  point.reason.clear();
  point.checkpoint_id = found->second.record.checkpoint_id;
  point.completed_at = found->second.record.completed_at;
  return point;
}

restore_point savepoint_listing::of_discovered(const std::string& name,
                                               const discovered_savepoint& found) const {
  restore_point point;
  point.id = name;
  point.state =
      found.defect.empty() ? restore_point_state::discovered : restore_point_state::damaged;
  point.reason = found.defect;
  point.path = found.path;
  point.job_id = job_prefix(found.path);
  point.epoch = epoch_of_job(point.job_id);
  point.checkpoint_id = found.checkpoint_id;
  point.completed_at = found.completed_at;
  return point;
}

// 0 when no job of the log has an id that begins like this, or more than one.
std::uint64_t savepoint_listing::epoch_of_job(std::string_view job_id) const {
  if (job_id.empty()) return 0;
  std::uint64_t found = 0;
  for (const auto& [epoch, fact] : log_.applications) {
    if (!fact.job_id.starts_with(job_id)) continue;
    if (found != 0) return 0;
    found = epoch;
  }
  return found;
}

void savepoint_listing::finish(std::vector<restore_point>& points) const {
  for (restore_point& point : points) {
    if (const auto pin = now_.pins.find(point.id); pin != now_.pins.end()) {
      point.pinned = true;
      point.pin_reason = pin->second.record.reason;
    }
    if (point.state == restore_point_state::disposed) continue;
    if (now_.disposals.contains(point.id)) {
      // Of one in a caller's directory nothing is known but that its documents still stand.
      point.state = restore_point_state::disposing;
      continue;
    }
    if (point.path.empty()) continue;
    for (const auto& [number, record] : log_.records) {
      if (record.kind != component::record_kind::incarnation || record.claim_mode != "claim" ||
          record.restore_path != point.path) {
        continue;
      }
      const auto end = log_.ends.find(number);
      if (end != log_.ends.end() && !end->second.counts) continue;  // never submitted
      point.state = restore_point_state::claimed;
      point.reason.clear();
    }
  }
}

result<std::vector<restore_point>> savepoint_ledger::list(const io::operation& op,
                                                          const component::log_snapshot& log) {
  savepoint_listing listing(hdfs_, *this, log);
  auto points = listing.read(op);
  if (!points) return points;
  auto epochs = hdfs_.list(op, directory_ + "/checkpoints");
  if (!epochs && epochs.error().code != status_code::not_found)
    return fail_while("listing the retained checkpoints", std::move(epochs.error()));
  if (epochs) {
    for (const cluster::file_status& entry : *epochs) {
      const auto name = parse_checkpoint_id("checkpoint-" + entry.name + "-1");
      if (!entry.directory || !name) continue;
      auto found = checkpoints_of(op, name->epoch);
      if (!found) return found;
      // Its tombstone is in the list already while it is being deleted.
      for (restore_point& point : *found) {
        std::erase_if(*points, [&](const restore_point& p) { return p.id == point.id; });
        points->push_back(std::move(point));
      }
    }
  }
  auto elsewhere = checkpoints_elsewhere(op, log);
  if (!elsewhere) return elsewhere;
  for (restore_point& point : *elsewhere) points->push_back(std::move(point));
  listing.finish(*points);
  sort_newest_first(*points);
  return points;
}

}  // namespace dm::state
