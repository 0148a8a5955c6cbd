// What a plugin is asked for by housekeeping.
// SPDX-License-Identifier: Apache-2.0
#include "housekeeping/housekeeping_request.h"

namespace manager {

bool is_housekeeping_word(std::string_view text) {
  return !text.empty() && text.size() <= 100 &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

json::document housekeeping_request(const std::string& name_space, const std::string& type,
                                    const std::vector<component_record>& components,
                                    const json::value& wish) {
  json::document request = json::make_object();
  auto& memory = request.GetAllocator();
  json::set(request, "schema", std::int64_t{1}, memory);
  json::set(request, "namespace", name_space, memory);
  json::value records(rapidjson::kArrayType);
  for (const component_record& one : components) {
    if (one.type != type) continue;
    json::value record(rapidjson::kObjectType);
    json::set(record, "application", one.application, memory);
    json::set(record, "component", one.name, memory);
    if (one.data) {
      const json::document data = json::parse_or_throw(*one.data, "the registry's create data");
      json::set(record, "data", json::copy(data, memory), memory);
    }
    records.PushBack(record, memory);
  }
  json::set(request, "records", std::move(records), memory);
  for (const auto& member : wish.GetObject()) {
    json::set(request, json::view(member.name), json::copy(member.value, memory), memory);
  }
  return request;
}

}  // namespace manager
