// YARN's ResourceManagers.
// SPDX-License-Identifier: Apache-2.0
#include "health/resource_manager_probe.h"

#include <fmt/format.h>

#include <utility>

#include "health/shown_text.h"

namespace dm::health {

resource_manager_probe::resource_manager_probe(io::http_client& http,
                                               std::vector<std::string> addresses,
                                               const std::string& user, io::milliseconds slow)
    : addresses_(std::move(addresses)), asker_(http, addresses_, user), slow_(slow) {}

std::vector<io::http_request> resource_manager_probe::ask() {
  std::vector<io::http_request> requests;
  if (std::exchange(asked_, true)) return requests;
  for (const std::string& address : addresses_) {
    requests.push_back(asker_.info_request(address));
    requests.push_back(asker_.active_nodes_request(address));
  }
  answers_.resize(requests.size());
  return requests;
}

void resource_manager_probe::take(std::size_t index, timed_answer answer) {
  answers_[index] = std::move(answer);
}

finding resource_manager_probe::conclude() {
  finding found;
  found.subject = subject_of("ResourceManager", addresses_);
  std::vector<replica> all;
  std::vector<std::string> versions;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    const timed_answer& answer = answers_[2 * i];
    replica one;
    one.address = addresses_[i];
    const auto info = answer.response
                          ? cluster::read_info(*answer.response, one.address)
                          : result<cluster::resource_manager_info>(fail(answer.response.error()));
    versions.push_back(info ? shown(info->version, 60) : "");
    if (info) {
      one.took_ms = answer.took_ms;
      one.is = info->ha_state == "ACTIVE"    ? role::active
               : info->ha_state == "STANDBY" ? role::standby
                                             : role::not_ready;
    } else {
      one.why_not = info.error();
    }
    all.push_back(std::move(one));
  }
  const auto active = judge_replicas(found, "ResourceManager", all, slow_);
  found.figures.push_back({"flink.resource_manager_available_success", active.has_value()});
  found.figures.push_back(
      {"flink.resource_manager_available_ms", active ? all[*active].took_ms : std::int64_t{-1}});
  if (!active) return found;
  if (!versions[*active].empty()) found.says.push_back("Hadoop " + versions[*active]);

  const auto& response = answers_[2 * *active + 1].response;
  const auto nodes = response ? cluster::read_active_nodes(*response, addresses_[*active])
                              : result<std::int64_t>(fail(response.error()));
  if (!nodes) {
    found.warn(
        fmt::format("how many nodes YARN has could not be told: {}", shown(nodes.error().message)));
    return found;
  }
  found.says.push_back(counted(*nodes, "node"));
  found.figures.push_back({"flink.node_managers_count", *nodes});
  if (*nodes == 0) found.fault("YARN has no node in service: no job can start");
  return found;
}

}  // namespace dm::health
