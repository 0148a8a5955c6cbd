// A component's restore points together with its log.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/restore_points.h"

#include <algorithm>

#include <fmt/format.h>

#include "input/text_rules.h"

namespace dm::savepoint {

using context::component_view;
using input::component_data;
using input::shown;

namespace {

template <class Condition>
const state::restore_point* find(const std::vector<state::restore_point>& points,
                                 const Condition& condition) {
  const auto found = std::find_if(points.begin(), points.end(), condition);
  return found == points.end() ? nullptr : &*found;
}

}  // namespace

result<void> check_keeps_log(const component_data& data, std::string_view verb) {
  if (!data.state_root.empty()) return {};
  return fail(status_code::unimplemented,
              fmt::format("{} of {}: its data are a record of the original deployment manager, "
                          "whose applications have no log and none of the tags by which they "
                          "would be found",
                          verb, data.name.text()),
              fmt::format("end its application {} through YARN (yarn application -list, then "
                          "-kill), then create the component anew",
                          data.job_name));
}

std::string state_directory(const component_data& data) {
  return component::hdfs_directory(data.state_root, data.name);
}

result<known_points> read_points(component_view& view, const io::operation& op) {
  if (auto kept = check_keeps_log(view.data(), "savepoints"); !kept)
    return fail(std::move(kept.error()));
  auto seen = view.log().read(op);
  if (!seen) return fail(std::move(seen.error()));
  auto points = view.ledger().list(op, *seen);
  if (!points) return fail(std::move(points.error()));
  return known_points{std::move(*seen), std::move(*points)};
}

const state::restore_point* find_by_id(const std::vector<state::restore_point>& points,
                                       std::string_view id) {
  return find(points, [&](const state::restore_point& point) { return point.id == id; });
}

const state::restore_point* find_by_path(const std::vector<state::restore_point>& points,
                                         std::string_view path) {
  return find(points, [&](const state::restore_point& point) {
    return !point.path.empty() && point.path == path;
  });
}

component::log_snapshot with_run(component::log_snapshot log, component::log_record run) {
  run.kind = component::record_kind::run;
  run.number = log.newest_number() + 1;
  log.records.emplace(run.number, std::move(run));
  return log;
}

component::log_snapshot supposing_start(component::log_snapshot log) {
  return log.wanted() ? log : with_run(std::move(log), {});
}

const state::restore_point* started_from(const component::log_record& incarnation,
                                         const std::vector<state::restore_point>& points) {
  return incarnation.restore_path.empty() ? nullptr
                                          : find_by_path(points, incarnation.restore_path);
}

result<state::verdict> verify_files(component_view& view, const io::operation& op,
                                    state::restore_point point) {
  const std::string doing = fmt::format("looking at the files of {} at {}", point.id, point.path);
  if (point.manifest.empty() && point.file_count > 0) {
    auto recorded = view.ledger().recorded_result(op, point.id);
    if (!recorded) return fail_while(doing, std::move(recorded.error()));
    if (*recorded) point.manifest = std::move((*recorded)->manifest);
  }
  auto verdict = state::verify(op, view.hdfs(), point);
  if (!verdict) return fail_while(doing, std::move(verdict.error()));
  return verdict;
}

error no_such_point(const component_data& data, std::string_view id) {
  return fail(status_code::not_found,
              fmt::format("{} has no savepoint and no retained checkpoint {}", data.name.text(),
                          shown(id)),
              "list shows the ids of what there is")
      .value();
}

}  // namespace dm::savepoint
