// One session of the plugin.
// SPDX-License-Identifier: Apache-2.0
#include "context/session.h"

#include <utility>

namespace dm::context {

session::session(input::settings settings)
    : settings_(std::move(settings)), supervisor_(http_, settings_.supervisor) {}

cluster::hdfs session::hdfs_for(const std::string& user) {
  return cluster::hdfs(http_, settings_.name_nodes, user);
}

cluster::resource_manager session::yarn_for(const std::string& user) {
  return cluster::resource_manager(http_, settings_.resource_managers, user);
}

}  // namespace dm::context
