// What flink-health is to look at, with what patience, and where it tells what it found.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "health/level.h"
#include "io/operation.h"

namespace dm::health {

struct limits {
  io::milliseconds probe{10'000};        // for one answer
  io::milliseconds run{40'000};          // for everything, telling included
  io::milliseconds latency{3'000};       // an answer that takes longer is a WARN; 0: none
  std::int64_t figures_age_s = 300;      // of what the Deployment Manager saw of its components
  std::int64_t checkpoint_age_s = 3600;  // of a running component's last one; 0: not looked at
  std::map<std::string, std::int64_t> checkpoint_age_of;  // "<application>/<component>"
  level failed_components = level::error;
};

struct settings {
  std::string metric = "hadoop.flink.health";
  std::string user;                            // told to YARN and HDFS; empty: who runs this
  std::vector<std::string> history_servers;    // "http://host:port"
  std::vector<std::string> archives;           // "hdfs:///flink/completed-jobs", "file:///..."
  std::vector<std::string> resource_managers;  // one, or a pair
  std::vector<std::string> name_nodes;
  std::string supervisord;  // "unix:///run/supervisor.sock", "http://host:9001/RPC2"
  std::string supervisord_user;
  std::string supervisord_password_file;
  std::string deployment_manager;  // "unix:///run/deployment-manager/api.sock", "https://host:port"
  std::string token_file;
  std::string post;      // the data logger's address
  std::string graphite;  // "host:port"
  limits limit;

  bool looks_at_nothing() const {
    return history_servers.empty() && archives.empty() && resource_managers.empty() &&
           name_nodes.empty() && supervisord.empty() && deployment_manager.empty();
  }
};

}  // namespace dm::health
