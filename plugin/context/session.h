// One session of the plugin: its settings and its clients. Verbs run under it, several at once.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "cluster/hdfs.h"
#include "cluster/resource_manager.h"
#include "context/last_known.h"
#include "context/node_addresses.h"
#include "input/settings.h"
#include "io/http.h"
#include "supervisor/supervisor.h"

namespace dm::context {

// Thread-safe.
class session {
 public:
  explicit session(input::settings settings);

  const input::settings& settings() const { return settings_; }
  io::http_client& http() { return http_; }
  supervisor::supervisor& supervisor() { return supervisor_; }
  context::last_known& last_known() { return last_known_; }
  context::node_addresses& node_addresses() { return node_addresses_; }
  // Clients that act as a component's user. They borrow the session, and share what it knows of who
  // is active (D-55).
  cluster::hdfs hdfs_for(const std::string& user);
  cluster::resource_manager yarn_for(const std::string& user);

 private:
  input::settings settings_;
  io::http_client http_;
  supervisor::supervisor supervisor_;
  std::shared_ptr<cluster::replicas> name_nodes_;
  std::shared_ptr<cluster::replicas> resource_managers_;
  context::last_known last_known_;
  context::node_addresses node_addresses_;
};

}  // namespace dm::context
