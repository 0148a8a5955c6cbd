// Servers that play supervisord, YARN, Flink and HDFS for a built flink.so, and components on them
// that have a history.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "built_plugin.h"
#include "component/component_name.h"
#include "edge_node.h"
#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "fake/supervisord.h"

namespace dm::bench {

struct made_component {
  component::component_name name;
  std::string id;
  std::string data;  // what create returned, as JSON
};

// Two ResourceManagers and two NameNodes, the second of each a standby.
struct bench_cluster {
  edge_node node;
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  std::shared_ptr<fake::yarn_cluster> yarn = std::make_shared<fake::yarn_cluster>();
  fake::name_node first_name_node{files};
  fake::name_node second_name_node{files};
  fake::resource_manager first_resource_manager{yarn};
  fake::resource_manager second_resource_manager{yarn};
  fake::job_manager job_manager{"1.20.5", files};
  fake::supervisord supervisord{node.config_directory()};

  bench_cluster();

  // The document of open(). supervisor_url: empty for the played one.
  std::string environment(const std::string& supervisor_url = {}) const;
  std::size_t name_node_requests();
  std::size_t requests();  // to all servers but supervisord

  // Components c0 ... of one application, made by the plugin's own create.
  std::vector<made_component> create(const built_plugin& plugin, int count);

  // So many starts and stops of it: run, incarnation, application, end and stop of each, all files
  // kept. Returns the number after the last record's.
  std::uint64_t add_cycles(const made_component& component, int cycles);
  // After that its job runs, until somebody ends it.
  void start_job(const made_component& component);
};

// {"schema":1, <the component's names and data> <more, beginning with a comma>}
std::string request_of(const made_component& component, const std::string& more = {});
std::string status_request(const std::vector<made_component>& components);
// How often `"state":"<state>"` stands in a status reply.
std::size_t count_state(const std::string& reply, const std::string& state);

}  // namespace dm::bench
