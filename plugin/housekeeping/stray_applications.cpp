// Applications of YARN and records that do not fit together. All of them are told, none is ended:
// which one is wanted is for a person to say.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "component/observation.h"
#include "housekeeping/finders.h"
#include "input/text_rules.h"

namespace dm::housekeeping {

using component::applications_by_epoch;

namespace {

constexpr std::string_view component_prefix = "dm-component-";

// The component's id in the tags; empty: none.
std::string id_in(const cluster::yarn_application& application) {
  for (const std::string& tag : application.tags) {
    if (tag.starts_with(component_prefix)) return tag.substr(component_prefix.size());
  }
  return {};
}

entry about(kind of, const known_component* one, const std::string& key) {
  entry told;
  told.kind = of;
  told.key = key;
  if (one != nullptr) {
    told.application = one->name().application;
    told.component = one->name().component;
  }
  return told;
}

void find_second(inventory& found, const known_component& one,
                 const cluster::application_listing& fleet) {
  const applications_by_epoch groups =
      component::group_by_epoch(fleet.applications, one.data.id, one.data.user);
  const cluster::yarn_application* newest = nullptr;
  for (auto group = groups.rbegin(); group != groups.rend(); ++group) {
    for (const cluster::yarn_application* live : component::live_of(groups, group->first)) {
      if (newest == nullptr) {
        newest = live;
        continue;
      }
      entry told = about(kind::second_application, &one, live->id);
      told.application_id = live->id;
      told.what = fmt::format("{} (incarnation {}) lives beside {}, both of {}", live->id,
                              group->first, newest->id, one.name().text());
      told.why =
          "the component's guard ends it as soon as it sees it; if it stays, look whether "
          "the guard runs, and end it by yarn application -kill";
      found.add(std::move(told));
    }
  }
}

void find_without_record(scene& s, inventory& found, const cluster::yarn_application& live) {
  const std::string id = id_in(live);
  const known_component* one = s.components.by_id(id);
  if (one != nullptr && one->recorded) return;
  entry told = about(kind::live_without_record, one, live.id);
  told.application_id = live.id;
  told.what =
      fmt::format("{} ({}, of user {}) lives, and is of {}, of which the host has no record",
                  live.id, input::shown(live.name), input::shown(live.user),
                  one == nullptr ? "a component that nobody knows" : one->name().text());
  told.why = one != nullptr && one->on_node
                 ? "its files are on this node: have the host adopt it, or destroy it"
                 : "create the component again under its names, which finds it, or end it by yarn "
                   "application -kill";
  found.add(std::move(told));
}

// Wanted, by its log, and nothing is there that would bring it up.
void find_without_application(scene& s, const io::operation& op, inventory& found,
                              const known_component& one,
                              const cluster::application_listing& fleet) {
  const auto& log = s.asked.log_of(op, one);
  if (!log) return found.withhold(kind::record_without_application, log.error().message);
  if (!log->wanted()) return;
  if (const component::log_record* current = log->current_incarnation(); current != nullptr) {
    const auto end = log->ends.find(current->number);
    if (end != log->ends.end() && end->second.decision != component::decision::restart) return;
  }
  const applications_by_epoch groups =
      component::group_by_epoch(fleet.applications, one.data.id, one.data.user);
  if (component::newest_live_epoch(groups) != 0) return;
  for (const auto& [epoch, applications] : groups) {
    if (!component::live_of(groups, epoch).empty()) return;
  }
  const auto& processes = s.asked.processes(op);
  if (!processes)
    return found.withhold(kind::record_without_application, processes.error().message);
  if (witnesses::runs(*processes, one.data.program)) return;
  entry told = about(kind::record_without_application, &one, one.name().text());
  told.application_id = log->newest_application();
  told.what = fmt::format("{} is wanted, no application of it lives, and its guard does not run",
                          one.name().text());
  told.why = "start it, or stop it so that it is not wanted any more";
  found.add(std::move(told));
}

}  // namespace

void find_stray_applications(scene& s, const io::operation& op, inventory& found) {
  const auto kinds = {kind::second_application, kind::live_without_record,
                      kind::record_without_application};
  bool wanted = false;
  for (const kind one : kinds) wanted = wanted || found.wants(one);
  if (!wanted) return;
  const auto& fleet = s.asked.fleet(op, s.request.name_space);
  if (!fleet) {
    for (const kind one : kinds) found.withhold(one, fleet.error().message);
    return;
  }
  for (const known_component& one : s.components.all) find_second(found, one, *fleet);
  for (const cluster::yarn_application& one : fleet->applications) {
    if (!one.terminal()) find_without_record(s, found, one);
  }
  if (!found.wants(kind::record_without_application)) return;
  if (const auto counts = witnesses::absence_counts(*fleet); !counts)
    return found.withhold(kind::record_without_application, counts.error().message);
  for (const known_component& one : s.components.all) {
    // Of another node's guard nothing is known here.
    if (one.recorded && one.has_data && one.of_node(s.settings()) && one.keeps_log())
      find_without_application(s, op, found, one, *fleet);
  }
}

}  // namespace dm::housekeeping
