// The applications, nodes and queues of an imaginary YARN cluster, which one or two
// ResourceManagers show.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace dm::fake {

struct yarn_application {
  std::string id;  // chosen when empty
  std::string name = "job";
  std::string user = "pnda";
  std::string queue = "default";
  std::string state = "RUNNING";
  std::string final_status = "UNDEFINED";
  std::string diagnostics;
  std::string attempt_diagnostics;
  std::string am_rpc_address;     // left out of the answer when empty, as the next one
  std::string am_container_logs;  // page of the NodeManager, under it jobmanager.log
  std::vector<std::string> tags;
  // Ids of those that run, with their NodeManagers: "http://host:port".
  std::vector<std::pair<std::string, std::string>> containers;
  std::int64_t started_ms = 1'795'438'900'000;
  std::int64_t finished_ms = 0;
  std::int64_t running_containers = 2;
  std::int64_t allocated_mb = 640;

  bool terminal() const { return state == "FINISHED" || state == "FAILED" || state == "KILLED"; }
};

struct yarn_node {
  std::string state = "RUNNING";
  std::int64_t used_mb = 0;
  std::int64_t available_mb = 6144;
};

struct yarn_queue {
  std::string name = "default";
  std::string state = "RUNNING";
  std::int64_t maximum_allocation_mb = 6144;  // 0: not shown, as by older Hadoop
  // Its access list for submissions, "users groups"; empty: access lists are off. The user
  // yarn-admin administers every queue.
  std::string submitters = {};
};

// Thread-safe.
class yarn_cluster {
 public:
  std::string submit(yarn_application application);  // returns its id; stores the tags as YARN
                                                     // does: lower case, sorted
  // The same of an id that was given out, or made up; false: there is one of that id already.
  bool submit_once(const yarn_application& application);
  std::string new_id();
  void change(const std::string& id, const std::function<void(yarn_application&)>& how);
  void finish(const std::string& id, const std::string& final_status,
              const std::string& diagnostics = {});           // FINISHED
  void kill(const std::string& id, const std::string& user);  // KILLED, with YARN's diagnostics
  void forget(const std::string& id);
  std::optional<yarn_application> find(const std::string& id) const;
  std::vector<yarn_application> applications() const;  // in the order of submission
  std::vector<yarn_application> tagged(
      const std::vector<std::string>& any_of) const;  // case does not matter

  std::vector<yarn_node> nodes() const;
  std::vector<yarn_queue> queues() const;
  void set_nodes(std::vector<yarn_node> nodes);
  void set_queues(std::vector<yarn_queue> queues);
  // A value of Hadoop's configuration, as /conf shows it.
  void configure(const std::string& key, const std::string& value);
  std::optional<std::string> configured(const std::string& key) const;
  // Whether a container of an application was ever shown on it: "http://host:port".
  bool had_node(const std::string& address) const;
  void set_cluster_timestamp(std::int64_t timestamp);  // of the ids of the next applications

 private:
  void add(yarn_application application);

  mutable std::mutex mutex_;
  std::vector<yarn_application> applications_;
  std::vector<yarn_node> nodes_{{}};
  std::vector<yarn_queue> queues_{{}};
  std::map<std::string, std::string> configuration_ = {
      {"fs.defaultFS", "hdfs://localhost:8020"},
      {"yarn.application.classpath", "$HADOOP_CONF_DIR,/opt/hadoop/lib/*"},
      {"hadoop.security.authentication", "simple"}};
  std::set<std::string> addresses_;  // of nodes
  std::int64_t timestamp_ = 1'795'438'290'778;
  int next_ = 1;
};

}  // namespace dm::fake
