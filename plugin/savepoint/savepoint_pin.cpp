// The pin and unpin verbs: a pinned savepoint is deleted by nobody.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_pin.h"

#include <fmt/format.h>

#include "savepoint/restore_points.h"

namespace dm::savepoint {

using context::component_view;
using context::session;

namespace {

using state::restore_point;
using state::restore_point_state;

result<restore_point> find_savepoint(component_view& view, const io::operation& op,
                                     const pin_request& request) {
  auto known = read_points(view, op);
  if (!known) return fail(std::move(known.error()));
  const restore_point* point = find_by_id(known->points, request.savepoint);
  if (point == nullptr) return fail(no_such_point(request.data, request.savepoint));
  return *point;
}

// Only what will be there tomorrow can be protected.
result<void> check_pinnable(const restore_point& point) {
  if (point.kind == state::restore_point_kind::checkpoint) {
    return fail(status_code::failed_precondition,
                fmt::format("{} is a retained checkpoint: these come and go by themselves and "
                            "cannot be pinned",
                            point.id),
                "trigger a savepoint and pin that");
  }
  if (point.usable() || point.state == restore_point_state::in_progress) return {};
  return fail(status_code::failed_precondition,
              fmt::format("{} is {} and cannot be pinned{}", point.id, to_string(point.state),
                          point.reason.empty() ? "" : ": " + point.reason),
              "pin one that list shows as COMPLETED");
}

// Who deletes writes a mark and then looks for a pin; this does it the other way round, so that one
// of the two sees the other (D-53).
result<void> check_not_deleted(component_view& view, const io::operation& op,
                               const restore_point& point, bool own) {
  auto marked = view.ledger().being_disposed(op, point.id);
  if (!marked) {
    return fail_while(
        fmt::format("{} is pinned, but it is not known whether it was being deleted", point.id),
        std::move(marked.error()));
  }
  if (!*marked && own) {
    // A destroy that deletes all state marks the log. Seen so late, it is of this moment.
    auto seen = view.log().read_newest(op);
    if (!seen) {
      return fail_while(fmt::format("{} is pinned, but it is not known whether its component was "
                                    "being destroyed",
                                    point.id),
                        std::move(seen.error()));
    }
    *marked = point.epoch < seen->state_ended();
  }
  if (!*marked) return {};
  if (own) {
    if (auto unpinned = view.ledger().unpin(op, point.id); !unpinned)
      return fail(std::move(unpinned.error()));
  }
  return fail(status_code::failed_precondition,
              fmt::format("{} is being deleted and cannot be pinned", point.id),
              "look at the list: pin one that it shows as COMPLETED");
}

result<bool> set_pin(session& session, const io::operation& op, const pin_request& request,
                     bool pinned) {
  component_view view(session, request.data);
  auto point = find_savepoint(view, op, request);
  if (!point) return fail(std::move(point.error()));
  if (!pinned) return view.ledger().unpin(op, point->id);
  if (auto possible = check_pinnable(*point); !possible) return fail(std::move(possible.error()));
  auto changed = view.ledger().pin(op, point->id, {request.user, request.reason, io::now()});
  if (!changed) return changed;
  if (auto stays = check_not_deleted(view, op, *point, *changed); !stays)
    return fail(std::move(stays.error()));
  return changed;
}

pin_reply answer(session& session, const io::operation& op, const pin_request& request,
                 bool pinned) {
  pin_reply reply;
  if (auto changed = set_pin(session, op, request, pinned); changed) {
    reply.changed = *changed;
    reply.pinned = pinned;
  } else {
    reply.failure = changed.error();
    reply.failure->component = request.data.name.text();
  }
  return reply;
}

}  // namespace

pin_reply pin(session& session, const io::operation& op, const pin_request& request) {
  return answer(session, op, request, true);
}

pin_reply unpin(session& session, const io::operation& op, const pin_request& request) {
  return answer(session, op, request, false);
}

}  // namespace dm::savepoint
