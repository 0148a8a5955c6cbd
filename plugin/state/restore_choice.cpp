// The choice of a restore point: the first candidate whose files are what they were.
// SPDX-License-Identifier: Apache-2.0
#include "state/restore_choice.h"

#include <fmt/format.h>

#include "component/log_file.h"
#include "state/verification.h"

namespace dm::state {

namespace {

using component::log_snapshot;
using component::state_policy;

constexpr const char* what_to_do =
    "resume from a savepoint that is named, or start it with the loss of its state accepted";

std::string name_of(const restore_point& point) {
  return fmt::format("{} {} (hdfs://{})", to_string(point.kind), point.id, point.path);
}

// Why its state alone rules it out; empty when its files decide.
std::string ruled_out(const restore_point& point) {
  if (point.may_be_there() && !point.path.empty()) return {};
  if (point.state == restore_point_state::disposing ||
      point.state == restore_point_state::disposed) {
    return "it was disposed of";
  }
  return point.reason.empty() ? fmt::format("its state is {}", to_string(point.state))
                              : point.reason;
}

std::string shown(const rejected_point& one) { return name_of(one.point) + ": " + one.reason; }

std::string listed(const std::vector<rejected_point>& rejected) {
  std::string all;
  for (const rejected_point& one : rejected) all += (all.empty() ? "" : "; ") + shown(one);
  return all;
}

no_choice none_of(const lineage& found, std::vector<rejected_point> rejected, state_policy policy) {
  no_choice none;
  none.rejected = std::move(rejected);
  none.reason.code = status_code::failed_precondition;
  none.reason.why = reason_code::no_restore_point;
  if (!found.candidates.empty() && found.candidates.front().named) {
    none.because = no_point::named_unusable;
    none.reason.why = reason_code::restore_point_unusable;
    none.reason.message = fmt::format(
        "the restore point that was named cannot be used: {}; nothing else is "
        "taken in its place",
        listed(none.rejected));
    none.reason.hint = "list the component's savepoints and resume from another one";
    return none;
  }
  if (found.blocked) {
    none.because = *found.blocked;
    none.reason.message = fmt::format("no restore point can be chosen: {}", found.blocked_because);
  } else if (none.rejected.empty()) {
    none.because = no_point::none_made;
    none.reason.message = fmt::format("there is no restore point: {}; component_flink_state is {}",
                                      found.empty_because, to_string(policy));
  } else {
    none.because = no_point::none_usable;
    none.reason.message = fmt::format("no restore point can be used: {}", listed(none.rejected));
  }
  none.reason.hint = what_to_do;
  return none;
}

// A record that HDFS does not give out now is waited for; one that is damaged will stay so.
result<no_choice> unread_record(const log_snapshot& log, const lineage& found) {
  const auto& [damaged, reason] =
      log.unreadable.at(component::name_of({found.unread, component::log_file_kind::record}));
  if (!damaged) return fail(reason);
  no_choice none;
  none.because = no_point::record_damaged;
  none.reason.code = status_code::failed_precondition;
  none.reason.why = reason_code::no_restore_point;
  none.reason.message =
      fmt::format("what came before is not known: record {} of the log cannot be read: {}",
                  found.unread, reason.message);
  none.reason.hint = what_to_do;
  return none;
}

}  // namespace

std::string described(const choice& chosen) {
  return fmt::format("{}: {}", chosen.point ? name_of(*chosen.point) : "without state", chosen.why);
}

result<selection> select_restore_point(const io::operation& op, cluster::hdfs& hdfs,
                                       savepoint_ledger& ledger, const log_snapshot& log,
                                       state_policy policy) {
  constexpr std::string_view doing = "choosing the restore point";
  std::vector<restore_point> points;
  // Without state, unless a point is named, nothing needs to be looked at.
  if (policy != state_policy::none || names_point(log)) {
    auto listed_points = ledger.list(op, log);
    if (!listed_points) return fail_while(doing, std::move(listed_points.error()));
    points = std::move(*listed_points);
  }
  lineage found = trace(log, points, policy);
  choice chosen;
  chosen.allow_non_restored_state = found.allow_non_restored_state;
  std::vector<rejected_point> rejected;
  if (found.blocked) return selection(none_of(found, std::move(rejected), policy));
  for (candidate& one : found.candidates) {
    std::string reason = ruled_out(one.point);
    if (reason.empty()) {
      // A long manifest is not in the index.
      if (one.point.manifest.empty() && one.point.file_count > 0) {
        auto recorded = ledger.recorded_result(op, one.point.id);
        if (!recorded) return fail_while(doing, std::move(recorded.error()));
        if (*recorded) one.point.manifest = std::move((*recorded)->manifest);
      }
      auto verified = verify(op, hdfs, one.point);
      if (!verified) return fail_while(doing, std::move(verified.error()));
      if (verified->what == verdict::kind::intact) {
        chosen.why = std::move(one.why);
        if (one.point.checkpoint_id == 0) one.point.checkpoint_id = verified->checkpoint_id;
        chosen.point = std::move(one.point);
        chosen.claim_mode = std::move(found.claim_mode);
        return selection(std::move(chosen));
      }
      reason = std::move(verified->reason);
    }
    rejected.push_back({one.point, std::move(reason)});
    chosen.passed_over.push_back(shown(rejected.back()));
  }
  if (found.unread != 0) {
    auto missing = unread_record(log, found);
    if (!missing) return fail_while(doing, std::move(missing.error()));
    if (!found.allowed_to_start_empty) return selection(std::move(*missing));
  }
  if (!found.allowed_to_start_empty) return selection(none_of(found, std::move(rejected), policy));
  chosen.why = chosen.passed_over.empty()
                   ? std::move(found.empty_because)
                   : "no restore point can be used, and the start allows that its state is lost";
  // Nothing is restored, so nothing can be left behind.
  chosen.allow_non_restored_state = false;
  return selection(std::move(chosen));
}

}  // namespace dm::state
