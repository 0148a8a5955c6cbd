// An application with its components, as a page shows it in a row.
// SPDX-License-Identifier: Apache-2.0
#include "observation/fleet_entry.h"

#include "base/clock.h"
#include "base/names.h"
#include "observation/summary.h"

#include <array>
#include <utility>

namespace manager {
namespace {

// A row holds no report: what is longer stands in the application's own answers.
constexpr std::size_t longest_text = 300;

void set_text(json::value& into, std::string_view name, std::string_view text,
              json::allocator& memory) {
  if (!text.empty()) json::set(into, name, printable(text, longest_text), memory);
}

// Addresses are whole or not there.
void set_address(json::value& into, std::string_view name, std::string_view address,
                 json::allocator& memory) {
  if (!address.empty()) json::set(into, name, address, memory);
}

void set_time(json::value& into, std::string_view name, std::optional<std::int64_t> at,
              json::allocator& memory) {
  if (at) json::set(into, name, to_rfc3339(*at), memory);
}

std::int64_t restarts_of(const json::value& status) {
  const json::value* restarts = json::find(status, "restarts");
  const json::value* count = restarts == nullptr ? nullptr : json::find(*restarts, "count");
  return count != nullptr && count->IsInt64() ? count->GetInt64() : 0;
}

json::value component_of(const fleet_component& one, json::allocator& memory) {
  json::value entry(rapidjson::kObjectType);
  json::set(entry, "type", one.record.type, memory);
  json::set(entry, "component", one.record.name, memory);
  json::set(entry, "kind", one.is_batch ? "batch" : "streaming", memory);
  // By the component's own log: the registry has what the last operation that has ended left.
  const std::string_view wanted =
      one.seen.status ? json::text_of(*one.seen.status, "desired") : std::string_view();
  json::set(entry, "desired", wanted.empty() ? std::string_view(one.record.desired) : wanted,
            memory);
  set_time(entry, "savepoint_at", one.savepoint_at, memory);
  set_text(entry, "problem", one.seen.problem, memory);
  if (!one.seen.status) {
    json::set(entry, "state", "UNKNOWN", memory);
    json::set(entry, "confidence", "unknown", memory);
    return entry;
  }
  const json::value& status = *one.seen.status;
  const std::string_view confidence = json::text_of(status, "confidence");
  const std::string_view shown = one.seen.problem.empty() ? confidence : "stale";
  set_text(entry, "state", json::text_of(status, "state"), memory);
  set_text(entry, "confidence", shown, memory);
  // Of what is sure it is the answer's own time.
  if (shown != "confirmed")
    set_text(entry, "observed_at", json::text_of(status, "observed_at"), memory);
  for (const auto& [member, from] :
       std::array<std::pair<const char*, const char*>, 4>{{{"since", "since"},
                                                           {"id", "application_id"},
                                                           {"job", "job_id"},
                                                           {"reason", "reason"}}}) {
    set_text(entry, member, json::text_of(status, from), memory);
  }
  set_address(entry, "url", json::text_of(status, "tracking_url"), memory);
  if (json::text_of(status, "history_url") != json::text_of(status, "tracking_url")) {
    set_address(entry, "history_url", json::text_of(status, "history_url"), memory);
  }
  if (const std::int64_t restarts = restarts_of(status); restarts > 0) {
    json::set(entry, "restarts", restarts, memory);
  }
  return entry;
}

std::string word_of(const fleet_application& one) {
  std::vector<std::string> words;
  for (const fleet_component& component : one.components) {
    if (component.seen.status) {
      words.emplace_back(json::text_of(*component.seen.status, "summary"));
    }
  }
  return words.empty() ? std::string() : std::string(aggregate_word(words));
}

const json::value* properties_of(const json::value& from, const std::string& type,
                                 const std::string& component) {
  const json::value* of_type = json::find(from, type);
  return of_type == nullptr ? nullptr : json::find(*of_type, component);
}

}  // namespace

json::document fleet_entry(const fleet_application& one) {
  json::document entry = json::make_object();
  auto& memory = entry.GetAllocator();
  const application_record& record = one.record;
  json::set(entry, "name", record.name, memory);
  json::set(entry, "status", record.state, memory);
  set_text(entry, "information", one.set_aside ? *one.set_aside : record.information.value_or(""),
           memory);
  json::set(entry, "package", record.package, memory);
  json::set(entry, "user", record.user, memory);
  if (record.informed_at > 0) json::set(entry, "at", to_rfc3339(record.informed_at), memory);
  if (record.state == application_state::started) set_text(entry, "word", word_of(one), memory);
  if (one.set_aside) json::set(entry, "set_aside", true, memory);
  if (one.under_way) {
    json::value operation(rapidjson::kObjectType);
    json::set(operation, "id", one.under_way->operation.id, memory);
    json::set(operation, "verb", one.under_way->operation.verb, memory);
    json::set(operation, "status", one.under_way->status, memory);
    set_text(operation, "phase", one.under_way->phase, memory);
    json::set(entry, "under_way", std::move(operation), memory);
  }
  json::value components(rapidjson::kArrayType);
  for (const fleet_component& component : one.components) {
    components.PushBack(component_of(component, memory), memory);
  }
  json::set(entry, "components", std::move(components), memory);
  return entry;
}

std::vector<std::string> batch_components(const application_record& application) {
  std::string ignored;
  const auto defaults = json::parse(application.defaults, ignored);
  const auto overrides = json::parse(application.overrides, ignored);
  std::vector<std::string> found;
  if (!defaults || !defaults->IsObject()) return found;
  for (const auto& of_type : defaults->GetObject()) {
    if (!of_type.value.IsObject()) continue;
    const std::string type(json::view(of_type.name));
    for (const auto& of_component : of_type.value.GetObject()) {
      const std::string component(json::view(of_component.name));
      std::string_view kind = json::text_of(of_component.value, type + "_job_type");
      const json::value* own = overrides ? properties_of(*overrides, type, component) : nullptr;
      if (own != nullptr && json::find(*own, type + "_job_type") != nullptr) {
        kind = json::text_of(*own, type + "_job_type");
      }
      if (kind == "batch") found.push_back(type + "/" + component);
    }
  }
  return found;
}

}  // namespace manager
