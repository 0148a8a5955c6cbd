// What the ResourceManager tells of an application's containers, and of the cluster's
// configuration.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cluster/container_id.h"
#include "cluster/resource_manager.h"

namespace dm::cluster {

namespace {

constexpr std::size_t most_containers = 10'000;

void add_container(const io::json_value& entry, std::vector<container_place>& places) {
  container_place place;
  place.id = io::string_member_or(entry, "containerId", "");
  if (!parse_container_id(place.id) || places.size() >= most_containers) return;
  place.node = node_manager_of(io::string_member_or(entry, "nodeHttpAddress", ""));
  if (place.node.empty()) {
    if (const auto named = container_in_url(io::string_member_or(entry, "logUrl", "")))
      place.node = named->node;
  }
  place.living = io::string_member_or(entry, "containerState", "") != "COMPLETE";
  places.push_back(std::move(place));
}

}  // namespace

result<std::vector<container_place>> resource_manager::containers(const io::operation& op,
                                                                  const std::string& application_id,
                                                                  const std::string& attempt_id) {
  auto document = ask_document(op, fmt::format("/ws/v1/cluster/apps/{}/appattempts/{}/containers",
                                               application_id, attempt_id));
  if (!document) return fail(std::move(document.error()));
  std::vector<container_place> places;
  const io::json_value* containers = io::member(*document, "containers");
  const io::json_value* list =
      containers == nullptr ? nullptr : io::member(*containers, "container");
  if (list == nullptr) return places;  // {"containers":null}, {"containers":{}}
  if (list->IsObject()) add_container(*list, places);
  if (list->IsArray()) {
    for (const io::json_value& one : list->GetArray()) add_container(one, places);
  }
  return places;
}

std::optional<std::string> resource_manager::configured(const io::operation& op,
                                                        const std::string& key) {
  auto document = ask_document(op, "/conf?format=json&name=" + io::percent_encode(key));
  if (!document) return std::nullopt;
  const io::json_value* property = io::member(*document, "property");
  if (property == nullptr) return std::nullopt;
  return io::string_member(*property, "value");
}

}  // namespace dm::cluster
