// The folders of an edge node for benchmarks: what looks like Flink, a package, a guard that
// sleeps.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace dm::bench {

// A directory of its own that every account may look into; removed at the end.
class edge_node {
 public:
  edge_node();
  ~edge_node();
  edge_node(const edge_node&) = delete;
  edge_node& operator=(const edge_node&) = delete;

  const std::string& path() const { return path_; }
  std::string config_directory() const { return path_ + "/conf.d"; }  // supervisord's
  std::string staged() const { return path_ + "/staged"; }            // with job.jar

 private:
  std::string path_;
};

// An account that this process may set a component up for.
std::string run_as_user();

}  // namespace dm::bench
