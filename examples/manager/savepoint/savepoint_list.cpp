// Restore points of an application, as its plugins list them.
// SPDX-License-Identifier: Apache-2.0
#include "savepoint/savepoint_list.h"

#include "application/component_request.h"
#include "base/attempt.h"
#include "savepoint/component_choice.h"
#include "savepoint/savepoint_places.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace manager {
namespace {

constexpr std::int64_t longest_page = 1000;
// Of "next", so that it fits into an address (listen.target_bytes) beside the filters. Beyond it a
// list goes on component by component.
constexpr std::size_t longest_places = 1200;

/// What is known of one component.
struct listed_component {
  component_record component;
  json::document entry = json::make_object();
  std::optional<failure> problem;

  std::size_t size() const {
    const json::value* points = json::find(entry, "points");
    return points == nullptr || !points->IsArray() ? 0 : points->Size();
  }
  const json::value& point(std::size_t index) const {
    return entry["points"][static_cast<rapidjson::SizeType>(index)];
  }
};

json::document list_request(const application_tools& tools,
                            const std::vector<const component_record*>& components,
                            const savepoint_filter& filter, const std::string& after) {
  json::document request = status_request(tools.settings.name_space, components, false);
  auto& memory = request.GetAllocator();
  request.RemoveMember("detail");
  if (!filter.states.empty()) {
    json::value states(rapidjson::kArrayType);
    for (const std::string& state : filter.states) {
      states.PushBack(json::make_string(state, memory), memory);
    }
    json::set(request, "states", std::move(states), memory);
  }
  if (!filter.kind.empty()) json::set(request, "kind", filter.kind, memory);
  json::set(request, "limit", filter.limit, memory);
  if (!after.empty()) json::set(request, "after", after, memory);
  json::set(request, "verify", filter.verify, memory);
  return request;
}

// What a list takes of its route as it is.
const route_words list_words = {{"after", "after"}, {"limit", "limit"}, {"kind", "kind"}};

// One call for components of a type that go on from the same place.
void ask_type(const application_tools& tools, const std::vector<listed_component*>& of_type,
              const savepoint_filter& filter, const std::string& after) {
  std::vector<const component_record*> records;
  for (const listed_component* one : of_type) records.push_back(&one->component);
  const std::string& type = records.front()->type;
  const std::string doing = fmt::format("list savepoints of components of type {}", type);
  const plugin_reply reply = attempt_to(doing, [&] {
    return tools.plugins.session_of_existing(type).run(
        plugin_verb::list, list_request(tools, records, filter, after),
        {tools.settings.timeouts.list, "", nullptr, {}});
  });
  const json::value* entries = json::find(reply.document, "components");
  const bool answered =
      reply.ok() && entries != nullptr && entries->IsArray() && entries->Size() == records.size();
  for (std::size_t i = 0; i < of_type.size(); ++i) {
    if (!answered) {
      of_type[i]->problem = to_route_failure(reply, doing, list_words);
      continue;
    }
    const json::value& entry = (*entries)[static_cast<rapidjson::SizeType>(i)];
    of_type[i]->entry.CopyFrom(entry, of_type[i]->entry.GetAllocator());
    const json::value* error = json::find(entry, "error");
    if (error == nullptr) continue;
    plugin_reply own{status_named(json::text_of(*error, "code")), json::make_object()};
    json::set(own.document, "error", json::copy(*error, own.document.GetAllocator()),
              own.document.GetAllocator());
    of_type[i]->problem = to_route_failure(
        own, fmt::format("list savepoints of component {}", shown(of_type[i]->component)),
        list_words);
  }
}

std::vector<listed_component> ask_all(const application_tools& tools,
                                      const std::vector<component_record>& components,
                                      const savepoint_filter& filter,
                                      const savepoint_places& places) {
  std::vector<listed_component> all(components.size());
  std::map<std::pair<std::string, std::string>, std::vector<listed_component*>> by_call;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].component = components[i];
    by_call[{components[i].type, place_in(places, components[i])}].push_back(&all[i]);
  }
  for (const auto& [call, of_type] : by_call) ask_type(tools, of_type, filter, call.second);
  return all;
}

std::string_view time_of(const json::value& point) {
  const std::string_view completed = json::text_of(point, "completed_at");
  return completed.empty() ? json::text_of(point, "requested_at") : completed;
}

json::value shown_point(const component_record& component, const json::value& point,
                        json::allocator& memory) {
  json::value result = json::copy(point, memory);
  json::set(result, "type", component.type, memory);
  json::set(result, "component", component.name, memory);
  return result;
}

// The newest of the components' next ones. Within a component the plugin's order stays: it knows
// more than times.
listed_component* newest(std::vector<listed_component>& all, const std::vector<std::size_t>& next) {
  listed_component* best = nullptr;
  std::string_view best_time;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (next[i] == all[i].size()) continue;
    const std::string_view time = time_of(all[i].point(next[i]));
    if (best != nullptr && time <= best_time) continue;
    best = &all[i];
    best_time = time;
  }
  return best;
}

json::value about(const listed_component& one, bool cut, json::allocator& memory) {
  json::value result(rapidjson::kObjectType);
  json::set(result, "type", one.component.type, memory);
  if (one.problem) {
    json::set(result, "error", one.problem->what(), memory);
    return result;
  }
  for (const char* member : {"total", "more", "in_use", "next"}) {
    const json::value* found = json::find(one.entry, member);
    if (found != nullptr) json::set(result, member, json::copy(*found, memory), memory);
  }
  if (cut) json::set(result, "more", true, memory);
  return result;
}

void throw_if_none_answered(const std::vector<listed_component>& all) {
  const bool none =
      std::all_of(all.begin(), all.end(), [](const auto& one) { return one.problem.has_value(); });
  if (none && !all.empty()) throw failure(*all.front().problem);
}

// The "next" of a page names its components; a mere id needs that there is only one.
savepoint_places places_of(const savepoint_filter& filter,
                           const std::vector<component_record>& components,
                           const std::string& application) {
  if (filter.after.empty()) return {};
  if (auto places = savepoint_places_from(filter.after)) return std::move(*places);
  const component_record only = only_component(components, application);
  savepoint_places places;
  places[{only.type, only.name}] = filter.after;
  return places;
}

// Its place among the component's points of all states, whatever their number.
std::optional<found_savepoint> find_in(const application_tools& tools,
                                       const component_record& component, const std::string& id,
                                       bool verify) {
  savepoint_filter filter;
  filter.states = savepoint_states();
  filter.limit = longest_page;
  filter.verify = false;
  std::string after;
  const auto ask = [&] {
    savepoint_places places;
    if (!after.empty()) places[{component.type, component.name}] = after;
    return std::move(ask_all(tools, {component}, filter, places).front());
  };
  for (;;) {
    const auto page = ask();
    if (page.problem) throw failure(*page.problem);
    for (std::size_t i = 0; i < page.size(); ++i) {
      if (json::text_of(page.point(i), "id") != id) continue;
      found_savepoint found{component, json::make_object()};
      found.point.CopyFrom(page.point(i), found.point.GetAllocator());
      if (!verify) return found;
      if (i > 0) after = json::text_of(page.point(i - 1), "id");
      // A page of one: only its files are looked at.
      filter.limit = 1;
      filter.verify = true;
      const auto verified = ask();
      if (verified.size() == 1 && json::text_of(verified.point(0), "id") == id) {
        found.point.CopyFrom(verified.point(0), found.point.GetAllocator());
      }
      return found;
    }
    if (page.size() == 0 || !json::flag_of(page.entry, "more", false)) return std::nullopt;
    after = json::text_of(page.point(page.size() - 1), "id");
  }
}

}  // namespace

const std::vector<std::string>& savepoint_states() {
  static const std::vector<std::string> states = {"IN_PROGRESS", "COMPLETED", "DISCOVERED",
                                                  "FAILED",      "DAMAGED",   "CLAIMED",
                                                  "DISPOSING",   "DISPOSED"};
  return states;
}

json::document list_savepoints(const application_tools& tools, const std::string& application,
                               const savepoint_filter& filter) {
  const auto components =
      with_savepoints(tools, chosen_components(tools, application, filter.component));
  savepoint_places places = places_of(filter, components, application);
  auto all = ask_all(tools, components, filter, places);
  throw_if_none_answered(all);

  json::document body = json::make_object();
  auto& memory = body.GetAllocator();
  json::value list(rapidjson::kArrayType);
  std::vector<std::size_t> next(all.size());
  while (list.Size() < filter.limit) {
    listed_component* one = newest(all, next);
    if (one == nullptr) break;
    std::size_t& index = next[static_cast<std::size_t>(one - all.data())];
    list.PushBack(shown_point(one->component, one->point(index), memory), memory);
    places[{one->component.type, one->component.name}] = json::text_of(one->point(index), "id");
    ++index;
  }
  json::value components_seen(rapidjson::kObjectType);
  bool more = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const component_record& record = all[i].component;
    const bool taken = components_seen.HasMember(record.name.c_str());
    json::value entry = about(all[i], next[i] < all[i].size(), memory);
    more = more || json::flag_of(entry, "more", false);
    json::set(components_seen, taken ? shown(record) : record.name, std::move(entry), memory);
  }
  json::set(body, "savepoints", std::move(list), memory);
  json::set(body, "more", more, memory);
  const std::string ended_at = to_text(places);
  if (more && ended_at.size() <= longest_places) json::set(body, "next", ended_at, memory);
  json::set(body, "components", std::move(components_seen), memory);
  return body;
}

std::optional<found_savepoint> find_savepoint(const application_tools& tools,
                                              const std::string& application,
                                              const std::string& component, const std::string& id,
                                              bool verify) {
  const auto components = with_savepoints(tools, chosen_components(tools, application, component));
  std::optional<found_savepoint> found;
  std::optional<failure> unknown;
  std::vector<component_record> having;
  for (const component_record& one : components) {
    try {
      auto here = find_in(tools, one, id, verify);
      if (!here) continue;
      having.push_back(one);
      found = std::move(here);
    } catch (const failure& problem) {
      unknown = problem;
    }
  }
  if (having.size() > 1) only_component(having, application);
  if (!found && unknown) throw failure(*unknown);
  return found;
}

}  // namespace manager
