// How far an upgrade is, as the journal keeps it.
// SPDX-License-Identifier: Apache-2.0
#include "application/upgrade_progress.h"

#include <algorithm>
#include <stdexcept>

namespace manager {
namespace {

constexpr std::array<std::string_view, 9> phase_names = {
    "validate", "stop",       "remove_old",  "lay_out_new", "start",
    "stop_new", "remove_new", "lay_out_old", "resume_old"};

upgrade_phase phase_from(std::string_view name) {
  const auto* const found = std::find(phase_names.begin(), phase_names.end(), name);
  if (found == phase_names.end()) {
    throw std::runtime_error("the journal's upgrade has no phase that this program knows");
  }
  return static_cast<upgrade_phase>(found - phase_names.begin());
}

json::value to_json(const application_version& version, json::allocator& memory) {
  json::value object(rapidjson::kObjectType);
  json::set(object, "package", version.package, memory);
  json::set(object, "overrides", version.overrides, memory);
  json::set(object, "defaults", version.defaults, memory);
  json::set(object, "metadata", version.metadata, memory);
  return object;
}

application_version version_from(const json::value& object) {
  return {std::string(json::text_of(object, "package")),
          std::string(json::text_of(object, "overrides")),
          std::string(json::text_of(object, "defaults")),
          std::string(json::text_of(object, "metadata"))};
}

json::value to_json(const stop_savepoint& one, json::allocator& memory) {
  json::value object(rapidjson::kObjectType);
  json::set(object, "type", one.type, memory);
  json::set(object, "component", one.component, memory);
  json::set(object, "id", one.id, memory);
  json::set(object, "path", one.path, memory);
  return object;
}

json::value to_json(const component_record& record, json::allocator& memory) {
  json::value object(rapidjson::kObjectType);
  json::set(object, "application", record.application, memory);
  json::set(object, "position", std::int64_t{record.position}, memory);
  json::set(object, "type", record.type, memory);
  json::set(object, "name", record.name, memory);
  json::set(object, "descriptors", record.descriptors, memory);
  return object;
}

component_record record_from(const json::value& object) {
  component_record record;
  record.application = json::text_of(object, "application");
  record.position = object["position"].GetInt();
  record.type = json::text_of(object, "type");
  record.name = json::text_of(object, "name");
  record.descriptors = json::text_of(object, "descriptors");
  return record;
}

json::value to_json(const std::pair<std::string, std::string>& resting, json::allocator& memory) {
  json::value object(rapidjson::kObjectType);
  json::set(object, "type", resting.first, memory);
  json::set(object, "component", resting.second, memory);
  return object;
}

template <typename Element>
json::value list_of(const std::vector<Element>& elements, json::allocator& memory) {
  json::value list(rapidjson::kArrayType);
  for (const Element& element : elements) list.PushBack(to_json(element, memory), memory);
  return list;
}

}  // namespace

std::string_view to_text(upgrade_phase phase) {
  return phase_names.at(static_cast<std::size_t>(phase));
}

application_record application_version::applied_to(application_record application) const {
  application.package = package;
  application.overrides = overrides;
  application.defaults = defaults;
  return application;
}

const application_version& upgrade_progress::current() const {
  const bool newer = phase >= upgrade_phase::lay_out_new && phase <= upgrade_phase::remove_new;
  return newer ? to : from;
}

const stop_savepoint* upgrade_progress::savepoint_of(const component_record& component) const {
  for (const stop_savepoint& one : savepoints) {
    if (one.type == component.type && one.component == component.name) return &one;
  }
  return nullptr;
}

bool upgrade_progress::rests(const component_record& component) const {
  return std::find(resting.begin(), resting.end(), std::pair(component.type, component.name)) !=
         resting.end();
}

void upgrade_progress::let_rest(const component_record& component) {
  if (!rests(component)) resting.emplace_back(component.type, component.name);
}

std::string to_text(const upgrade_progress& progress) {
  json::document object = json::make_object();
  auto& memory = object.GetAllocator();
  json::set(object, "phase", to_text(progress.phase), memory);
  json::set(object, "from", to_json(progress.from, memory), memory);
  json::set(object, "to", to_json(progress.to, memory), memory);
  json::set(object, "was_started", progress.was_started, memory);
  json::set(object, "allow_non_restored_state", progress.allow_non_restored_state, memory);
  json::set(object, "timeout_ms", progress.timeout_ms, memory);
  json::set(object, "start_by", progress.start_by, memory);
  json::set(object, "savepoints", list_of(progress.savepoints, memory), memory);
  json::set(object, "descriptors", list_of(progress.descriptors, memory), memory);
  json::set(object, "resting", list_of(progress.resting, memory), memory);
  json::set(object, "why", progress.why, memory);
  return json::to_text(object);
}

upgrade_progress upgrade_progress_from(const std::string& text) {
  const auto object = json::parse_or_throw(text, "the journal's upgrade");
  upgrade_progress progress;
  progress.phase = phase_from(json::text_of(object, "phase"));
  progress.from = version_from(object["from"]);
  progress.to = version_from(object["to"]);
  progress.was_started = json::flag_of(object, "was_started", false);
  progress.allow_non_restored_state = json::flag_of(object, "allow_non_restored_state", false);
  progress.timeout_ms = object["timeout_ms"].GetInt64();
  progress.start_by = object["start_by"].GetInt64();
  for (const auto& one : object["savepoints"].GetArray()) {
    progress.savepoints.push_back(
        {std::string(json::text_of(one, "type")), std::string(json::text_of(one, "component")),
         std::string(json::text_of(one, "id")), std::string(json::text_of(one, "path"))});
  }
  for (const auto& one : object["descriptors"].GetArray()) {
    progress.descriptors.push_back(record_from(one));
  }
  // A version before this one has left none.
  if (const json::value* resting = json::find(object, "resting")) {
    for (const auto& one : resting->GetArray()) {
      progress.resting.emplace_back(json::text_of(one, "type"), json::text_of(one, "component"));
    }
  }
  progress.why = json::text_of(object, "why");
  return progress;
}

}  // namespace manager
