// One session of the plugin.
// SPDX-License-Identifier: Apache-2.0
#include "context/session.h"

#include <utility>

namespace dm::context {

session::session(input::settings settings)
    : settings_(std::move(settings)),
      supervisor_(http_, settings_.supervisor),
      name_nodes_(std::make_shared<cluster::replicas>(settings_.name_nodes)),
      resource_managers_(std::make_shared<cluster::replicas>(settings_.resource_managers)) {}

cluster::hdfs session::hdfs_for(const std::string& user) {
  return cluster::hdfs(http_, name_nodes_, user);
}

cluster::resource_manager session::yarn_for(const std::string& user) {
  return cluster::resource_manager(http_, resource_managers_, user);
}

}  // namespace dm::context
