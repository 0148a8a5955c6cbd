// All applications with their components, looked at in one go.
// SPDX-License-Identifier: Apache-2.0
#include "observation/fleet.h"

#include "observation/summary.h"
#include "registry/list_statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace manager {

fleet::fleet(registry& memory, observations& seen, operation_runner& runner,
             metrics::component_figures& figures)
    : registry_(memory), seen_(seen), runner_(runner), figures_(figures) {}

std::vector<fleet_application> fleet::read() {
  std::vector<application_record> records;
  std::map<std::string, std::vector<component_record>> components;
  std::map<std::string, known_kinds> kinds;
  const std::lock_guard lock(mutex_);
  registry_.transact([&](registry_view& view) {
    records = view.applications.list({}, "", no_limit);
    for (application_record& one :
         view.applications.list({.state = application_state::creating}, "", no_limit)) {
      records.push_back(std::move(one));
    }
    for (component_record& one : view.applications.components_of_all()) {
      components[one.application].push_back(std::move(one));
    }
    for (const application_record& one : records) {
      const std::string of = fmt::format("{} {}", one.operation, one.informed_at);
      const auto known = kinds_.find(one.name);
      if (known != kinds_.end() && known->second.of == of) {
        kinds[one.name] = known->second;
      } else if (const auto whole = view.applications.find(one.name)) {
        kinds[one.name] = {of, batch_components(*whole)};
      }
    }
  });
  kinds_ = kinds;
  std::vector<fleet_application> found;
  for (application_record& record : records) {
    fleet_application one;
    const auto& batch = kinds[record.name].batch;
    // While it is being created there is nothing to ask for yet.
    if (can_be_asked(record)) {
      for (component_record& component : components[record.name]) {
        fleet_component made;
        made.is_batch = std::find(batch.begin(), batch.end(),
                                  component.type + "/" + component.name) != batch.end();
        made.record = std::move(component);
        one.components.push_back(std::move(made));
      }
    }
    one.record = std::move(record);
    found.push_back(std::move(one));
  }
  return found;
}

fleet::answer fleet::look(std::string_view since) {
  std::vector<fleet_application> all = read();
  std::vector<component_record> components;
  for (const fleet_application& one : all) {
    for (const fleet_component& component : one.components) components.push_back(component.record);
  }
  const std::vector<observation> seen = seen_.observe(components, false);
  const auto savepoints = figures_.newest_savepoints();
  answer result;
  std::map<std::string, std::string> entries;
  std::size_t next = 0;
  for (fleet_application& one : all) {
    for (fleet_component& component : one.components) {
      component.seen = seen[next++];
      if (component.seen.status && component.seen.problem.empty()) {
        const std::int64_t at = component.seen.asked_at;
        result.observed_at = result.observed_at == 0 ? at : std::min(result.observed_at, at);
      }
      const auto newest = savepoints.find(metrics::component_figures::key_of(component.record));
      if (newest != savepoints.end()) component.savepoint_at = newest->second;
    }
    one.under_way = runner_.board().view_of_object("application", one.record.name);
    one.set_aside = runner_.set_aside().why("application", one.record.name);
    result.owners.insert(one.record.user);
    entries[one.record.name] = json::to_text(fleet_entry(one));
  }
  result.changes = changes_.update(entries, since);
  return result;
}

}  // namespace manager
