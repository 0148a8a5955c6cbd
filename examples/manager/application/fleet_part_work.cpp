// What stopping and starting a part of an operation on the fleet have in common.
// SPDX-License-Identifier: Apache-2.0
#include "application/fleet_part_work.h"

#include "application/fleet_part.h"
#include "application/seen_components.h"
#include "package/package_service.h"
#include "registry/fleet_facts.h"
#include "registry/patient_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <utility>

namespace manager {

fleet_part_work::fleet_part_work(const application_tools& tools, const operation_record& operation,
                                 operation_context& context)
    : tools_(tools), operation_(operation), context_(context), fleet_(fleet_of(operation)) {
  tools_.memory.transact([&](registry_view& view) {
    const auto known = view.fleets.find(fleet_);
    request_ = known ? known->request : "{}";
    application_ = view.applications.find(operation_.name).value_or(application_record{});
    all_ = view.applications.components(operation_.name);
    for (fleet_member& row : view.fleets.members_of_child(fleet_, operation_.id)) {
      part one{std::move(row), std::nullopt};
      for (const component_record& record : all_) {
        if (record.type == one.row.type && record.name == one.row.name && record.data)
          one.record = record;
      }
      parts_.push_back(std::move(one));
    }
  });
}

fleet_part_work::part* fleet_part_work::part_of(const component_record& record) {
  for (part& one : parts_) {
    if (one.row.type == record.type && one.row.name == record.name) return &one;
  }
  return nullptr;
}

std::vector<const fleet_part_work::part*> fleet_part_work::present() const {
  std::vector<const part*> found;
  for (const part& one : parts_) {
    if (one.record && !settled(one)) found.push_back(&one);
  }
  return found;
}

bool fleet_part_work::settled(const part& one) {
  return one.row.outcome != fleet_outcome::stopping && one.row.outcome != fleet_outcome::starting;
}

void fleet_part_work::drop_absent() {
  for (part& one : parts_) {
    if (one.record) continue;
    settle(one.row, fleet_outcome::gone,
           fmt::format("{} has no such component any more", operation_.name));
  }
}

std::vector<component_answer> fleet_part_work::ask(plugin_verb verb,
                                                   const std::vector<const part*>& parts,
                                                   const options_of& options) {
  if (parts.empty()) return {};
  const auto& timeouts = tools_.settings.timeouts;
  const auto timeout = verb == plugin_verb::stop     ? timeouts.stop
                       : verb == plugin_verb::resume ? timeouts.resume
                                                     : timeouts.start;
  std::vector<component_record> records;
  for (const part* one : parts) records.push_back(*one->record);
  return ask_components(tools_, operation_, {verb, timeout, options}, records, context_);
}

void fleet_part_work::write() {
  record_patiently(tools_.memory, context_.shutdown, operation_.id, [this](registry_view& view) {
    for (const part& one : parts_) view.fleets.put(one.row);
  });
}

void fleet_part_work::look_after(part& one) {
  const auto seen = see_now(tools_, {*one.record}, false, &context_.shutdown);
  context_.shutdown.check();
  change_facts(one.row, [&](json::document& facts, json::allocator& memory) {
    json::value& after = json::object_under(facts, "after", memory);
    copy_facts(seen.front(), {"state", "confidence", "application_id"}, after, memory);
  });
}

operation_outcome fleet_part_work::conclude(std::string_view doing,
                                            std::vector<component_answer> answers) {
  std::vector<std::pair<component_record, std::string>> desired;
  bool runs = false;
  for (const component_record& record : all_) {
    const auto answer = std::find_if(answers.begin(), answers.end(), [&](const auto& one) {
      return one.component.type == record.type && one.component.name == record.name;
    });
    const std::string& wanted = answer == answers.end() ? record.desired : answer->desired;
    if (answer != answers.end()) desired.emplace_back(record, wanted);
    runs = runs || wanted == "RUNNING";
  }
  operation_outcome outcome;
  outcome.state = runs ? application_state::started : application_state::created;
  std::optional<failure_kind> problem;
  bool awaited = false;
  for (component_answer& one : answers) {
    if (!one.problem) continue;
    if (part_of(one.component)->row.outcome == fleet_outcome::waiting) {
      one.problem =
          failure(one.problem->kind(),
                  fmt::format("{}; it is stopped when it has come up", one.problem->what()));
      awaited = true;
    } else if (doing == "starting" && one.desired == "RUNNING") {
      awaited = true;
    } else if (!problem) {
      problem = one.problem->kind();
    }
  }
  if (problem) {
    outcome.information =
        error_information(doing, operation_.name, failure(*problem, all_described(answers)));
    outcome.end = operation_end::failed;
  } else if (awaited) {
    outcome.information = all_described(answers);
    outcome.end = operation_end::awaited;
  }
  std::deque<fleet_member> rows;
  for (const part& one : parts_) rows.push_back(one.row);
  outcome.record = [name = operation_.name, fleet = fleet_, rows, desired, state = outcome.state,
                    information = outcome.information](registry_view& view) {
    view.applications.set_state(name, state, information);
    for (const auto& [record, wanted] : desired) view.applications.set_desired(record, wanted);
    for (const fleet_member& row : rows) view.fleets.put(row);
    // A step of it is done: it is not what kills processes.
    view.operations.set_attempts(fleet, 1);
  };
  return outcome;
}

}  // namespace manager
