// HDFS's NameNodes.
// SPDX-License-Identifier: Apache-2.0
#include "health/name_node_probe.h"

#include <fmt/format.h>

#include <utility>

#include "cluster/name_node_state.h"
#include "health/shown_text.h"

namespace dm::health {

name_node_probe::name_node_probe(io::http_client& http, std::vector<std::string> addresses,
                                 const std::string& user, io::milliseconds slow)
    : addresses_(std::move(addresses)), slow_(slow) {
  for (const std::string& address : addresses_)
    askers_.push_back(
        std::make_unique<cluster::hdfs>(http, std::vector<std::string>{address}, user));
}

std::vector<io::http_request> name_node_probe::ask() {
  std::vector<io::http_request> requests;
  if (std::exchange(asked_, true)) return requests;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    requests.push_back(askers_[i]->status_request("/"));
    requests.push_back(cluster::name_node_state_request(addresses_[i]));
  }
  answers_.resize(requests.size());
  return requests;
}

void name_node_probe::take(std::size_t index, timed_answer answer) {
  answers_[index] = std::move(answer);
}

finding name_node_probe::conclude() {
  finding found;
  found.subject = subject_of("NameNode", addresses_);
  std::vector<replica> all;
  for (std::size_t i = 0; i < addresses_.size(); ++i) {
    const timed_answer& answer = answers_[2 * i];
    replica one;
    one.address = addresses_[i];
    const auto root = answer.response ? askers_[i]->read_status(*answer.response, "/")
                                      : result<cluster::file_status>(fail(answer.response.error()));
    if (answer.response) one.took_ms = answer.took_ms;
    if (root) {
      one.is = role::active;
    } else if (answer.response && cluster::hdfs::says_standby(*answer.response)) {
      one.is = role::standby;
    } else {
      one.why_not = root.error();
    }
    all.push_back(std::move(one));
  }
  const auto active = judge_replicas(found, "NameNode", all, slow_);
  found.figures.push_back({"flink.name_node_available_success", active.has_value()});
  found.figures.push_back(
      {"flink.name_node_available_ms", active ? all[*active].took_ms : std::int64_t{-1}});
  if (active) conclude_state(found, *active);
  return found;
}

void name_node_probe::conclude_state(finding& found, std::size_t active) {
  const auto& response = answers_[2 * active + 1].response;
  const auto state = response ? cluster::read_name_node_state(*response, addresses_[active])
                              : result<cluster::name_node_state>(fail(response.error()));
  if (!state) {
    found.warn(fmt::format("whether HDFS is in safe mode could not be told: {}",
                           shown(state.error().message)));
    return;
  }
  found.says.push_back(counted(state->live_data_nodes, "DataNode"));
  found.figures.push_back({"flink.data_nodes_count", state->live_data_nodes});
  if (state->safe_mode)
    found.fault(
        fmt::format("HDFS is in safe mode (NameNode {}): nothing can be written, no job "
                    "can start, no savepoint be taken",
                    shown(addresses_[active], 200)));
  if (state->live_data_nodes == 0) found.fault("HDFS has no DataNode: no file can be read");
}

}  // namespace dm::health
