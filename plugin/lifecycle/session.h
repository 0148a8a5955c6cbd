// One session of the plugin: its settings and its clients. Verbs run under it, several at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "io/http.h"
#include "lifecycle/settings.h"
#include "supervisor/supervisor.h"

namespace dm::lifecycle {

// Thread-safe. `hdfs_for` gives a client that acts as a component's user.
class session {
 public:
  explicit session(lifecycle::settings settings)
      : settings_(std::move(settings)), supervisor_(http_, settings_.supervisor) {}

  const lifecycle::settings& settings() const { return settings_; }
  io::http_client& http() { return http_; }
  supervisor::supervisor& supervisor() { return supervisor_; }
  cluster::hdfs hdfs_for(const std::string& user) {
    return cluster::hdfs(http_, settings_.name_nodes, user);
  }
  cluster::resource_manager yarn_for(const std::string& user) {
    return cluster::resource_manager(http_, settings_.resource_managers, user);
  }

 private:
  lifecycle::settings settings_;
  io::http_client http_;
  supervisor::supervisor supervisor_;
};

}  // namespace dm::lifecycle
