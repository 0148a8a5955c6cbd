// Walks the incarnations backwards, from the newest one along what each was started from.
// SPDX-License-Identifier: Apache-2.0
#include "state/lineage.h"

#include <algorithm>

#include <fmt/format.h>

#include "component/log_file.h"

namespace dm::state {

namespace {

using component::log_record;
using component::log_snapshot;
using component::record_kind;
using component::state_policy;

// A burnt epoch was claimed and never submitted: it has made nothing.
bool was_submitted(const log_snapshot& log, const log_record& record) {
  if (record.kind != record_kind::incarnation) return false;
  const auto end = log.ends.find(record.number);
  return end == log.ends.end() || end->second.counts;
}

// The newest one that the lineage reaches.
struct newest_submitted {
  const log_record* record = nullptr;
  std::uint64_t unread = 0;  // what could not be read may be it
};
newest_submitted find_newest_submitted(const log_snapshot& log) {
  const std::uint64_t ended = log.state_ended();
  newest_submitted found;
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first > ended; ++it) {
    if (!was_submitted(log, it->second)) continue;
    found.record = &it->second;
    break;
  }
  const std::uint64_t after = found.record == nullptr ? ended : found.record->number;
  // Newer than the newest incarnation there is none, whether or not all could be read.
  const log_record* newest = log.newest_incarnation();
  std::uint64_t unread = 0;
  for (const auto& [name, problem] : log.unreadable) {
    const auto file = component::parse_log_file(name);
    const bool record = file && file->kind == component::log_file_kind::record;
    if (record && newest != nullptr && file->number > after && file->number < newest->number)
      unread = std::max(unread, file->number);
  }
  return unread != 0 ? newest_submitted{nullptr, unread} : found;
}

// The run that named a restore point which no incarnation was started from yet.
const log_record* naming_run(const log_snapshot& log) {
  const std::uint64_t began = log.run_began();
  if (began == 0) return nullptr;
  for (auto it = log.records.rbegin(); it != log.records.rend() && it->first >= began; ++it) {
    if (was_submitted(log, it->second)) return nullptr;
    if (it->second.kind == record_kind::run && !it->second.restore_path.empty()) return &it->second;
  }
  return nullptr;
}

// The run at hand, with those that it continues, allowed to leave state behind that its program
// does not know: that goes for every incarnation that is started from the point it named.
bool run_allows_non_restored(const log_snapshot& log) {
  const std::uint64_t began = log.run_began();
  return began != 0 &&
         std::any_of(log.records.lower_bound(began), log.records.end(), [](const auto& r) {
           return r.second.kind == record_kind::run && r.second.allow_non_restored_state;
         });
}

bool completed_once(const restore_point& point) {
  switch (point.state) {
    case restore_point_state::in_progress:
    case restore_point_state::failed:
      return false;
    case restore_point_state::completed:
    case restore_point_state::discovered:
    case restore_point_state::damaged:
    case restore_point_state::claimed:
    case restore_point_state::disposing:
    case restore_point_state::disposed:
      return true;
  }
  return false;
}

// Whether `point` was made earlier by the same job than `other`; not known is no.
bool made_before(const restore_point& point, const restore_point& other) {
  if (point.checkpoint_id != 0 && other.checkpoint_id != 0)
    return point.checkpoint_id < other.checkpoint_id;
  const io::wall_time unset{};
  return point.completed_at != unset && other.completed_at != unset &&
         point.completed_at < other.completed_at;
}

// A job's whole id, or its beginning where that is all that the name of a directory tells; not
// known is no other one.
bool of_one_job(const restore_point& a, const restore_point& b) {
  return a.job_id.starts_with(b.job_id) || b.job_id.starts_with(a.job_id);
}

class walk {
 public:
  walk(const log_snapshot& log, std::vector<restore_point> points)
      : log_(log), points_(std::move(points)) {
    sort_newest_first(points_);
  }

  // A point that a record names, known or not.
  restore_point of_path(const log_record& record) const {
    for (const restore_point& point : points_) {
      if (point.path == record.restore_path) return point;
    }
    restore_point point;
    point.id = record.restore_id.empty() ? record.restore_path : record.restore_id;
    point.path = record.restore_path;
    if (point.path.find("/chk-") != std::string::npos) point.kind = restore_point_kind::checkpoint;
    return point;
  }

  // What `epoch` made, before `bound` where there is one, and then what that was started from.
  void back_from(std::uint64_t epoch, std::optional<restore_point> bound) {
    for (;;) {
      if (epoch <= log_.state_ended()) {
        because_ = fmt::format("what epoch {} left was disposed of with the component", epoch);
        return;
      }
      if (!bound && mixes_jobs(epoch)) return;
      for (const restore_point& point : points_) {
        if (point.epoch != epoch || !point.may_be_there()) continue;
        if (bound && (!made_before(point, *bound) || !of_one_job(point, *bound))) continue;
        add(point, bound ? fmt::format("made by epoch {} before that", epoch)
                         : fmt::format("made by epoch {}, the newest one that was started", epoch));
      }
      if (!bound && lacks_checkpoints(epoch)) return;
      const auto record = log_.records.find(epoch);
      if (record == log_.records.end()) {
        because_ =
            fmt::format("epoch {} made none, and what it was started from is not known", epoch);
        if (log_.is_unreadable(epoch)) unread_ = epoch;
        return;
      }
      if (record->second.restore_path.empty()) {
        because_ = fmt::format("epoch {} was started without state and completed none", epoch);
        return;
      }
      // Whatever has become of it: an incarnation that had state is not followed by one without.
      restore_point from = of_path(record->second);
      add(from, fmt::format("what epoch {} was started from", epoch));
      // A point is made before it is used; another order is another component's, or damage.
      if (from.epoch == 0 || from.epoch >= epoch) return;
      epoch = from.epoch;
      bound = std::move(from);
    }
  }

  // The greatest epoch that has left a point: for a log that was lost.
  std::uint64_t greatest_epoch() const {
    for (const restore_point& point : points_) {
      if (point.epoch > log_.state_ended() && point.may_be_there()) return point.epoch;
    }
    return 0;
  }

  bool completed_since(std::uint64_t number) const {
    const auto facts = log_.checkpoints.upper_bound(number);
    return std::any_of(facts, log_.checkpoints.end(),
                       [](const auto& fact) { return fact.second.completed_any(); }) ||
           std::any_of(points_.begin(), points_.end(), [&](const restore_point& point) {
             return point.epoch > number && completed_once(point);
           });
  }

  void hand_over(lineage& found) {
    found.candidates = std::move(candidates_);
    found.blocked = blocked_;
    found.blocked_because = because_;
    found.empty_because = because_;
    found.unread = unread_;
  }

 private:
  // What one of several jobs has saved is not the application's state.
  bool mixes_jobs(std::uint64_t epoch) {
    std::string job;
    if (const auto fact = log_.applications.find(epoch); fact != log_.applications.end())
      job = fact->second.job_id;
    for (const restore_point& point : points_) {
      if (point.epoch != epoch || point.job_id.empty() || !point.may_be_there()) continue;
      // The name of a directory tells the beginning of the job's id.
      if (job.starts_with(point.job_id)) continue;
      if (job.empty() || point.job_id.starts_with(job)) {
        job = point.job_id;
        continue;
      }
      blocked_ = no_point::several_jobs;
      because_ = fmt::format(
          "more than one job has left state in epoch {}: {} and {}; what one of them saved is not "
          "the state of both",
          epoch, job, point.job_id);
      return true;
    }
    return false;
  }

  // Flink's word is that the job had completed a checkpoint, and no trace of one as new is there.
  bool lacks_checkpoints(std::uint64_t epoch) {
    const auto fact = log_.checkpoints.find(epoch);
    if (fact == log_.checkpoints.end() || fact->second.checkpoint_id == 0) return false;
    const bool found = std::any_of(points_.begin(), points_.end(), [&](const restore_point& p) {
      return p.epoch == epoch && completed_once(p) &&
             (p.checkpoint_id == 0 || p.checkpoint_id >= fact->second.checkpoint_id);
    });
    // Flink deletes the checkpoints of a job that has come to its end.
    const auto end = log_.ends.find(epoch);
    if (found || (end != log_.ends.end() && end->second.outcome == component::outcome::completed))
      return false;
    blocked_ = no_point::state_elsewhere;
    because_ = fmt::format(
        "the job of epoch {} had completed {} checkpoints, the newest one at {}, and none of them "
        "is found",
        epoch, std::max(fact->second.completed_count, std::int64_t{1}),
        fact->second.external_path.empty() ? "a place that Flink does not name"
                                           : fact->second.external_path);
    return true;
  }

  void add(const restore_point& point, std::string why) {
    const bool known = std::any_of(candidates_.begin(), candidates_.end(), [&](const candidate& c) {
      return c.point.path == point.path && !point.path.empty();
    });
    if (!known) candidates_.push_back({point, std::move(why), false});
  }

  const log_snapshot& log_;
  std::vector<restore_point> points_;
  std::vector<candidate> candidates_;
  std::string because_ = "the component has never been started";
  std::optional<no_point> blocked_;
  std::uint64_t unread_ = 0;
};

}  // namespace

bool names_point(const log_snapshot& log) { return naming_run(log) != nullptr; }

lineage trace(const log_snapshot& log, const std::vector<restore_point>& points,
              state_policy policy) {
  lineage found;
  found.allow_non_restored_state = run_allows_non_restored(log);
  walk back(log, points);
  if (const log_record* run = naming_run(log)) {
    found.candidates.push_back(
        {back.of_path(*run), fmt::format("named by the run of record {}", run->number), true});
    found.claim_mode = run->claim_mode;
    return found;
  }
  if (policy == state_policy::none) {
    found.allowed_to_start_empty = true;
    found.empty_because = "component_flink_state is none";
    return found;
  }
  const newest_submitted newest = find_newest_submitted(log);
  if (newest.record != nullptr) {
    back.back_from(newest.record->number, std::nullopt);
  } else if (const std::uint64_t epoch = back.greatest_epoch(); newest.unread == 0 && epoch != 0) {
    back.back_from(epoch, std::nullopt);
  }
  back.hand_over(found);
  if (newest.unread != 0) found.unread = newest.unread;
  const std::uint64_t began = log.run_began();
  const log_record* intent = log.newest_intent();
  const bool accepted = began != 0 && intent->accept_state_loss && !back.completed_since(began);
  if (accepted) found.blocked.reset();
  found.allowed_to_start_empty =
      accepted || (policy == state_policy::optional && found.candidates.empty() && !found.blocked &&
                   found.unread == 0);
  return found;
}

}  // namespace dm::state
