// HDFS: whether a NameNode serves, whether the other one could take over, and whether anything can
// be written.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cluster/hdfs.h"
#include "health/replica_probe.h"

namespace dm::health {

class name_node_probe : public probe {
 public:
  name_node_probe(io::http_client& http, std::vector<std::string> addresses,
                  const std::string& user, io::milliseconds slow);

  std::vector<io::http_request> ask() override;
  void take(std::size_t index, timed_answer answer) override;
  finding conclude() override;

 private:
  void conclude_state(finding& found, std::size_t active);

  std::vector<std::string> addresses_;
  std::vector<std::unique_ptr<cluster::hdfs>> askers_;  // each of one address alone
  io::milliseconds slow_;
  bool asked_ = false;
  std::vector<timed_answer> answers_;  // of each address two: its root directory, and its state
};

}  // namespace dm::health
