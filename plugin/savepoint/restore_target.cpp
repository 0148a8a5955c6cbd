// The restore point that a resume or a plan names.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/restore_target.h"

#include <fmt/format.h>

#include "flink/dialect.h"
#include "flink/hdfs_location.h"
#include "input/text_rules.h"

namespace dm::savepoint {

using context::component_view;
using input::component_data;
using input::invalid;
using input::plain_absolute_path;
using input::shown;

namespace {

using state::restore_point;
using state::restore_point_state;

result<restore_target> newest(component_view& view, const io::operation& op,
                              const known_points& known) {
  const component_data& data = view.data();
  const component::state_policy policy =
      data.state == component::state_policy::none ? component::state_policy::optional : data.state;
  auto selected =
      state::select_restore_point(op, view.hdfs(), view.ledger(), with_run(known.log, {}), policy);
  if (!selected) return fail(std::move(selected.error()));
  if (auto* none = std::get_if<state::no_choice>(&*selected)) return fail(std::move(none->reason));
  const auto* choice = std::get_if<state::choice>(&*selected);
  if (!choice->point) {
    return fail(status_code::failed_precondition,
                fmt::format("{} has nothing to resume from: {}", data.name.text(), choice->why),
                "start it without naming a savepoint, or name one that list shows");
  }
  return restore_target{*choice->point, choice->why, false, choice->passed_over};
}

// The same path on this HDFS is something else, or nothing.
tl::unexpected<error> on_another_hdfs(const component_data& data,
                                      const flink::hdfs_location& location) {
  return fail(status_code::failed_precondition,
              fmt::format("{} cannot be resumed from hdfs://{}{}: that is not the HDFS of this "
                          "cluster, as far as is known",
                          data.name.text(), location.authority, location.path),
              fmt::format("copy it to this cluster's HDFS; if it is there already, name it "
                          "without the host: hdfs://{}",
                          location.path));
}

// A path as people copy it: with scheme and host, with a slash or the metadata file at its end.
result<std::string> path_of(const cluster::hdfs& hdfs, const component_data& data,
                            const known_points& known, const std::string& named) {
  auto location = flink::parse_hdfs_location(named);
  if (location) {
    std::string& path = location->path;
    if (path.ends_with("/_metadata")) path.erase(path.rfind('/'));
    flink::own_hdfs own(hdfs.addresses());
    for (const auto& [epoch, fact] : known.log.checkpoints)
      own.learn(fact.external_path, state_directory(data));
    if (!own.owns(*location)) return on_another_hdfs(data, *location);
    if (plain_absolute_path(path)) return path;
  }
  return fail(invalid("the restore point cannot be used",
                      {{"$.savepoint", shown(named),
                        "an id that list shows, \"latest\", or the path of a savepoint's or "
                        "checkpoint's directory on HDFS"}}));
}

result<restore_target> by_path(const cluster::hdfs& hdfs, const component_data& data,
                               const known_points& known, const std::string& named) {
  auto path = path_of(hdfs, data, known, named);
  if (!path) return fail(std::move(path.error()));
  if (const restore_point* point = find_by_path(known.points, *path); point != nullptr)
    return restore_target{*point, "named by its path", false, {}};
  restore_target target;
  target.point.path = *path;
  target.point.id = path->substr(path->rfind('/') + 1);
  target.point.state = restore_point_state::discovered;
  if (target.point.id.starts_with("chk-"))
    target.point.kind = state::restore_point_kind::checkpoint;
  target.foreign = !path->starts_with(state_directory(data) + "/");
  target.why =
      target.foreign ? "named by its path; it is not this component's" : "named by its path";
  return target;
}

std::string state_text(const restore_point& point) {
  switch (point.state) {
    case restore_point_state::in_progress:
      return "is still being taken, or its result was never collected";
    case restore_point_state::failed:
      return "has failed" + (point.reason.empty() ? "" : ": " + point.reason);
    case restore_point_state::damaged:
      return "is damaged" + (point.reason.empty() ? "" : ": " + point.reason);
    case restore_point_state::claimed:
      return "was handed to Flink by an earlier restore (claim mode \"claim\"), which deletes it";
    default:
      return "has been deleted";
  }
}

tl::unexpected<error> unusable(const component_data& data, const restore_point& point,
                               const std::string& because) {
  return fail(
      status_code::failed_precondition, reason_code::restore_point_unusable,
      fmt::format("{} cannot be resumed from {}: it {}", data.name.text(), point.id, because),
      "resume from another one that list shows as COMPLETED, or from \"latest\"");
}

}  // namespace

result<restore_target> resolve_target(component_view& view, const io::operation& op,
                                      const known_points& known, const std::string& named) {
  if (named == latest) return newest(view, op, known);
  if (named.find('/') != std::string::npos) return by_path(view.hdfs(), view.data(), known, named);
  const restore_point* point = find_by_id(known.points, named);
  if (point == nullptr) return fail(no_such_point(view.data(), named));
  return restore_target{*point, "named by its id", false, {}};
}

result<void> check_target(const component_data& data, const restore_target& target,
                          const restore_use& use) {
  const restore_point& point = target.point;
  if (auto version = flink::parse_version(data.flink_version); version && !use.claim_mode.empty()) {
    flink::incarnation_options options;
    options.restore_path = point.path;
    options.claim_mode = use.claim_mode;
    auto rendered = flink::render_incarnation(*version, data.submission, options);
    if (!rendered) return fail(std::move(rendered.error()));
  }
  if (!point.usable()) return unusable(data, point, state_text(point));
  if (target.foreign && !use.foreign) {
    return fail(status_code::failed_precondition, reason_code::restore_point_foreign,
                fmt::format("{} is not a restore point of {}: it lies outside {}", point.path,
                            data.name.text(), state_directory(data)),
                "a resume may be allowed to use it all the same; its state must fit the program");
  }
  if (use.claim_mode != "claim") return {};
  if (target.foreign)
    return unusable(data, point, "is not this component's, and claiming it would delete it there");
  if (point.pinned)
    return unusable(data, point, "is pinned, and claiming it would let Flink delete it");
  return {};
}

result<void> verify_target(component_view& view, const io::operation& op,
                           const restore_point& point) {
  auto verdict = verify_files(view, op, point);
  if (!verdict) return fail(std::move(verdict.error()));
  if (!verdict->intact()) return unusable(view.data(), point, "is damaged: " + verdict->reason);
  return {};
}

}  // namespace dm::savepoint
