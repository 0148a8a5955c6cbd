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
  place.node_id = io::string_member_or(entry, "nodeId", "");
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
  // {"container":[...]}, and {} for none; the name that other lists of YARN have around them is
  // taken too: it is only by how Jersey is told of a class that this one has none.
  const io::json_value* containers = io::member(*document, "containers");
  const io::json_value* list =
      io::member(containers == nullptr ? *document : *containers, "container");
  if (list == nullptr) {
    // A null is no member to io::member.
    const bool none =
        document->IsObject() && (document->ObjectEmpty() || document->HasMember("containers"));
    if (none) return places;
    return fail(status_code::unavailable,
                fmt::format("YARN's answer has no list of the containers of {}", attempt_id));
  }
  if (list->IsObject()) add_container(*list, places);
  if (list->IsArray()) {
    for (const io::json_value& one : list->GetArray()) add_container(one, places);
  }
  return places;
}

result<std::string> resource_manager::node_address(const io::operation& op,
                                                   const std::string& node_id) {
  constexpr std::size_t longest = 300;
  const auto none = [&](std::string_view why) {
    return fail(status_code::unavailable, fmt::format("where the node {} is is not known: {}",
                                                      node_id.substr(0, longest), why));
  };
  if (node_id.empty() || node_id.size() > longest) return none("that is no node's id");
  auto found = ask(op, question::node, "/ws/v1/cluster/nodes/" + io::percent_encode(node_id));
  if (!found) return fail(std::move(found.error()));
  const auto document = io::parse_json(found->response.body, "what YARN tells of a node");
  if (!document) return none(document.error().message);
  const io::json_value* node = io::member(*document, "node");
  const std::string address =
      node == nullptr ? std::string() : io::string_member_or(*node, "nodeHTTPAddress", "");
  if (address.empty() || io::string_member_or(*node, "id", "") != node_id)
    return none("YARN shows no address of it");
  // All of a cluster's daemons have one yarn.http.policy.
  const bool secure = found->address.starts_with("https://");
  std::string origin = node_manager_of((secure ? "https://" : "http://") + address);
  if (origin.empty()) return none("what YARN shows is no address");
  return origin;
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
