// The list verb: a component's restore points, by page, with a look at the files of the page's
// entries.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_list.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "input/text_rules.h"
#include "savepoint/restore_points.h"

namespace dm::savepoint {

using context::component_view;
using context::session;
using input::component_data;
using input::invalid;
using input::shown;

namespace {

using state::restore_point;
using state::restore_point_state;

class listing {
 public:
  listing(component_view& view, const io::operation& op, const list_request& request)
      : view_(view), op_(op), data_(view.data()), request_(request) {}

  result<void> run(listed_component& reply) {
    auto known = read_points(view_, op_);
    if (!known) return fail(std::move(known.error()));
    points_ = std::move(known->points);
    if (auto filled = fill_page(reply); !filled) return filled;
    name_in_use(known->log, reply);
    return name_next(known->log, reply);
  }

 private:
  bool of_kind(const restore_point& point) const {
    return request_.kind.empty() || request_.kind == to_string(point.kind);
  }

  bool state_wanted(restore_point_state state) const {
    if (request_.states.empty()) {
      return state != restore_point_state::disposed && state != restore_point_state::failed;
    }
    return std::find(request_.states.begin(), request_.states.end(), to_string(state)) !=
           request_.states.end();
  }

  // Looks at the files once, and marks the point as damaged where they are not what they were.
  result<void> look_at(restore_point& point) {
    if (!request_.verify || !point.usable()) return {};
    return examine(point);
  }

  result<void> examine(restore_point& point) {
    if (!looked_at_.insert(point.path).second) return {};
    auto verdict = verify_files(view_, op_, point);
    if (!verdict) return fail(std::move(verdict.error()));
    if (!verdict->intact()) {
      point.state = restore_point_state::damaged;
      point.reason = verdict->reason;
    }
    return {};
  }

  // Whether a look at the files can tell that it belongs on the page, or that it does not.
  bool worth_a_look(const restore_point& point) const {
    return state_wanted(point.state) || state_wanted(restore_point_state::damaged);
  }

  result<std::size_t> first_of_page() const {
    if (request_.after.empty()) return 0;
    const restore_point* last = find_by_id(points_, request_.after);
    if (last != nullptr) return static_cast<std::size_t>(last - points_.data()) + 1;
    return fail(invalid(fmt::format("the list of {} cannot go on", data_.name.text()),
                        {{"$.after", shown(request_.after),
                          "the id of an entry of this component, as the page before ended with"}}));
  }

  result<void> fill_page(listed_component& reply) {
    const auto first = first_of_page();
    if (!first) return fail(first.error());
    for (std::size_t i = *first; i < points_.size(); ++i) {
      restore_point& point = points_[i];
      if (!of_kind(point)) continue;
      const bool full = static_cast<std::int64_t>(reply.points.size()) >= request_.limit;
      if (full) {
        if (state_wanted(point.state)) reply.more = true;
        if (reply.more) break;
        continue;
      }
      if (worth_a_look(point)) {
        if (auto seen = look_at(point); !seen) return seen;
      }
      if (state_wanted(point.state)) reply.points.push_back(point);
    }
    reply.total = std::count_if(points_.begin(), points_.end(), [&](const restore_point& point) {
      return of_kind(point) && state_wanted(point.state);
    });
    return {};
  }

  // By the log alone, so that it is told while nothing but HDFS answers.
  void name_in_use(const component::log_snapshot& log, listed_component& reply) const {
    const component::log_record* incarnation = log.newest_incarnation();
    if (incarnation == nullptr || log.ends.contains(incarnation->number)) return;
    if (const restore_point* point = started_from(*incarnation, points_); point != nullptr) {
      reply.in_use = point->id;
    } else {
      reply.in_use = incarnation->restore_id;
    }
  }

  // The first candidate of the lineage that is intact. A named one that is damaged has no stand-in.
  result<void> name_next(const component::log_snapshot& log, listed_component& reply) {
    const state::lineage lineage = state::trace(supposing_start(log), points_, data_.state);
    for (const state::candidate& candidate : lineage.candidates) {
      restore_point point = candidate.point;
      const auto known =
          std::find_if(points_.begin(), points_.end(),
                       [&](const restore_point& one) { return one.path == point.path; });
      restore_point& examined = known == points_.end() ? point : *known;
      // What was handed to Flink is there until Flink deletes it.
      const bool claimed = examined.state == restore_point_state::claimed;
      if (request_.verify && (claimed || examined.usable())) {
        if (auto seen = examine(examined); !seen) return seen;
      }
      if (examined.usable() || examined.state == restore_point_state::claimed) {
        reply.next = examined.id;
        return {};
      }
      if (candidate.named) return {};
    }
    return {};
  }

  component_view& view_;
  const io::operation& op_;
  const component_data& data_;
  const list_request& request_;
  std::vector<restore_point> points_;
  std::set<std::string> looked_at_;  // paths
};

}  // namespace

list_reply list(session& session, const io::operation& op, const list_request& request) {
  list_reply reply;
  for (const component_data& data : request.components) {
    listed_component entry;
    entry.name = data.name;
    entry.id = data.id;
    component_view view(session, data);
    if (auto listed = listing(view, op, request).run(entry); !listed) {
      entry = {};
      entry.name = data.name;
      entry.id = data.id;
      entry.failure = listed.error();
      entry.failure->component = data.name.text();
    }
    reply.components.push_back(std::move(entry));
  }
  return reply;
}

}  // namespace dm::savepoint
