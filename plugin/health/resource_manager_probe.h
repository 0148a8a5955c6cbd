// YARN: whether a ResourceManager is active, whether the other one could take over, and whether
// there is a node to run anything on.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "cluster/resource_manager.h"
#include "health/replica_probe.h"

namespace dm::health {

class resource_manager_probe : public probe {
 public:
  resource_manager_probe(io::http_client& http, std::vector<std::string> addresses,
                         const std::string& user, io::milliseconds slow);

  std::vector<io::http_request> ask() override;
  void take(std::size_t index, timed_answer answer) override;
  finding conclude() override;

 private:
  std::vector<std::string> addresses_;
  cluster::resource_manager asker_;
  io::milliseconds slow_;
  bool asked_ = false;
  std::vector<timed_answer> answers_;  // of each address two: itself, and its nodes
};

}  // namespace dm::health
