// Walks the incarnations backwards, from the newest one along what each was started from.
// SPDX-License-Identifier: Apache-2.0
#include "state/lineage.h"

#include <algorithm>

#include <fmt/format.h>

#include "state/verification.h"

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

// The newest one before `before`.
const log_record* submitted_before(const log_snapshot& log, std::uint64_t before) {
  for (auto it = log.records.lower_bound(before); it != log.records.begin();) {
    --it;
    if (was_submitted(log, it->second)) return &it->second;
  }
  return nullptr;
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

// May be there still; the look at its files decides. One that was deleted on purpose is none.
bool is_candidate(const restore_point& point) {
  return point.usable() || point.state == restore_point_state::damaged ||
         point.state == restore_point_state::claimed;
}

// Whether `point` was made earlier by the same job than `other`; not known is no.
bool made_before(const restore_point& point, const restore_point& other) {
  if (point.checkpoint_id != 0 && other.checkpoint_id != 0)
    return point.checkpoint_id < other.checkpoint_id;
  const io::wall_time unset{};
  return point.completed_at != unset && other.completed_at != unset &&
         point.completed_at < other.completed_at;
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
      for (const restore_point& point : points_) {
        if (point.epoch != epoch || !is_candidate(point)) continue;
        if (bound && !made_before(point, *bound)) continue;
        add(point, bound ? fmt::format("made by epoch {} before that", epoch)
                         : fmt::format("made by epoch {}, the newest one that was started", epoch));
      }
      const auto record = log_.records.find(epoch);
      if (record == log_.records.end()) {
        because_ =
            fmt::format("epoch {} made none, and what it was started from is not known", epoch);
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
      if (point.epoch != 0 && is_candidate(point)) return point.epoch;
    }
    return 0;
  }

  bool completed_since(std::uint64_t number) const {
    return std::any_of(points_.begin(), points_.end(), [&](const restore_point& point) {
      return point.epoch > number && completed_once(point);
    });
  }

  std::vector<candidate> take() { return std::move(candidates_); }
  const std::string& because() const { return because_; }

 private:
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
};

std::string name_of(const restore_point& point) {
  return fmt::format("{} {} (hdfs://{})", to_string(point.kind), point.id, point.path);
}

// Why its state alone rules it out; empty when its files decide.
std::string ruled_out(const restore_point& point) {
  if (is_candidate(point) && !point.path.empty()) return {};
  if (point.state == restore_point_state::disposing ||
      point.state == restore_point_state::disposed) {
    return "it was disposed of";
  }
  return point.reason.empty() ? fmt::format("its state is {}", to_string(point.state))
                              : point.reason;
}

std::string listed(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : "; ") + text;
  return all;
}

error no_point(const lineage& found, const std::vector<std::string>& passed_over,
               state_policy policy) {
  error e;
  e.code = status_code::failed_precondition;
  if (!found.candidates.empty() && found.candidates.front().named) {
    e.message = fmt::format(
        "the restore point that was named cannot be used: {}; nothing else is "
        "taken in its place",
        listed(passed_over));
    e.hint = "list the component's savepoints and resume from another one";
    return e;
  }
  if (passed_over.empty()) {
    e.message = fmt::format("there is no restore point: {}; component_flink_state is {}",
                            found.empty_because, to_string(policy));
  } else {
    e.message = fmt::format("no restore point can be used: {}", listed(passed_over));
  }
  e.hint =
      "resume from a savepoint that is named, or start with \"accept_state_loss\": true to "
      "begin without state";
  return e;
}

}  // namespace

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
  if (const log_record* newest = submitted_before(log, log.newest_number() + 1)) {
    back.back_from(newest->number, std::nullopt);
  } else if (const std::uint64_t epoch = back.greatest_epoch(); epoch != 0) {
    back.back_from(epoch, std::nullopt);
  }
  found.empty_because = back.because();
  const std::uint64_t began = log.run_began();
  const log_record* intent = log.newest_intent();
  const bool accepted = began != 0 && intent->accept_state_loss && !back.completed_since(began);
  found.candidates = back.take();
  found.allowed_to_start_empty =
      accepted || (policy == state_policy::optional && found.candidates.empty());
  return found;
}

result<choice> choose_restore_point(const io::operation& op, cluster::hdfs& hdfs,
                                    savepoint_ledger& ledger, const log_snapshot& log,
                                    state_policy policy) {
  std::vector<restore_point> points;
  // Without state, unless a point is named, nothing needs to be looked at.
  if (policy != state_policy::none || naming_run(log) != nullptr) {
    auto listed_points = ledger.list(op, log);
    if (!listed_points)
      return fail_while("choosing the restore point", std::move(listed_points.error()));
    points = std::move(*listed_points);
  }
  lineage found = trace(log, points, policy);
  choice chosen;
  chosen.allow_non_restored_state = found.allow_non_restored_state;
  for (candidate& one : found.candidates) {
    std::string reason = ruled_out(one.point);
    if (reason.empty()) {
      // A long manifest is not in the index.
      if (one.point.manifest.empty() && one.point.file_count > 0) {
        auto recorded = ledger.recorded_result(op, one.point.id);
        if (!recorded) return fail_while("choosing the restore point", std::move(recorded.error()));
        if (*recorded) one.point.manifest = std::move((*recorded)->manifest);
      }
      auto verified = verify(op, hdfs, one.point);
      if (!verified) return fail_while("choosing the restore point", std::move(verified.error()));
      if (verified->intact) {
        chosen.why = fmt::format("{}: {}", name_of(one.point), one.why);
        if (one.point.checkpoint_id == 0) one.point.checkpoint_id = verified->checkpoint_id;
        chosen.point = std::move(one.point);
        chosen.claim_mode = std::move(found.claim_mode);
        return chosen;
      }
      reason = std::move(verified->reason);
    }
    chosen.passed_over.push_back(name_of(one.point) + ": " + reason);
  }
  if (!found.allowed_to_start_empty) return fail(no_point(found, chosen.passed_over, policy));
  chosen.why = chosen.passed_over.empty()
                   ? "without state: " + found.empty_because
                   : "without state, as the start allows: no restore point can be used";
  // Nothing is restored, so nothing can be left behind.
  chosen.allow_non_restored_state = false;
  return chosen;
}

}  // namespace dm::state
