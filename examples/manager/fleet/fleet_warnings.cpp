// What is told of a request on the fleet that may not be what was meant.
// SPDX-License-Identifier: Apache-2.0
#include "fleet/fleet_warnings.h"

#include "fleet/name_pattern.h"

#include <fmt/format.h>

#include <algorithm>

namespace manager {
namespace {

std::string path_of(const json::value& wish, std::string_view member, std::size_t place) {
  const json::value* given = json::find(wish, member);
  return given != nullptr && given->IsArray() ? fmt::format("$.{}[{}]", member, place)
                                              : fmt::format("$.{}", member);
}

bool fits(std::string_view member, std::string_view pattern, const chosen_component& one) {
  if (member == "application") return fits_pattern(one.application.name, pattern);
  if (member == "component") return fits_pattern(one.component.name, pattern);
  if (member == "type") return fits_pattern(one.component.type, pattern);
  if (member == "package") return fits_pattern(one.application.package, pattern);
  if (member == "user") return fits_pattern(one.application.user, pattern);
  if (member == "queue") return fits_queue_pattern(one.queue, pattern);
  return fits_order(one.application.name, one.component.name, pattern);
}

}  // namespace

std::vector<problem> told_of_patterns(const json::value& wish,
                                      const std::vector<std::string_view>& members,
                                      const std::vector<chosen_component>& components) {
  std::vector<problem> told;
  const bool queues_are_told = std::none_of(components.begin(), components.end(),
                                            [](const auto& one) { return one.queue.empty(); });
  for (const std::string_view member : members) {
    // Of one whose queue is not known nothing follows.
    if (member == "queue" && !queues_are_told) continue;
    const auto patterns = patterns_in(wish, member);
    for (std::size_t i = 0; i < patterns.size() && told.size() < most_problems; ++i) {
      const std::string_view pattern = patterns[i];
      const auto one = std::find_if(components.begin(), components.end(),
                                    [&](const auto& each) { return fits(member, pattern, each); });
      if (one == components.end()) {
        told.push_back({path_of(wish, member, i), "", "",
                        fmt::format("no component of those that are chosen fits {}", pattern)});
      } else if (member == "queue" && !fits_pattern(one->queue, pattern)) {
        told.push_back(
            {path_of(wish, member, i), "", "",
             fmt::format("{} was taken for {}: one of them is a path, the other its last "
                         "part alone",
                         one->queue, pattern)});
      }
    }
  }
  return told;
}

json::value warnings_document(const std::vector<problem>& warnings, json::allocator& memory) {
  json::value list(rapidjson::kArrayType);
  for (const problem& one : warnings) {
    json::value warning(rapidjson::kObjectType);
    json::set(warning, "path", one.path, memory);
    json::set(warning, "message", one.message, memory);
    list.PushBack(std::move(warning), memory);
  }
  return list;
}

}  // namespace manager
