// The words for restore points, and their order.
// SPDX-License-Identifier: Apache-2.0
#include "state/restore_point.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace dm::state {

namespace {

constexpr std::array<std::string_view, 2> kind_names{"savepoint", "checkpoint"};
constexpr std::array<std::string_view, 8> state_names{"IN_PROGRESS", "COMPLETED", "DISCOVERED",
                                                      "FAILED",      "DAMAGED",   "CLAIMED",
                                                      "DISPOSING",   "DISPOSED"};

io::wall_time time_of(const restore_point& point) {
  return point.completed_at != io::wall_time{} ? point.completed_at : point.requested_at;
}

}  // namespace

std::string_view to_string(restore_point_kind kind) {
  return kind_names.at(static_cast<std::size_t>(kind));
}
std::string_view to_string(restore_point_state state) {
  return state_names.at(static_cast<std::size_t>(state));
}

void sort_newest_first(std::vector<restore_point>& points) {
  // The id last, so that equal ones have one order and a page after another misses none.
  const auto key = [](const restore_point& p) {
    return std::make_tuple(p.epoch, p.checkpoint_id, time_of(p), std::string_view(p.id));
  };
  std::sort(points.begin(), points.end(),
            [&](const restore_point& a, const restore_point& b) { return key(a) > key(b); });
}

}  // namespace dm::state
