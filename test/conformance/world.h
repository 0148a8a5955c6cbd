// The node and the cluster of the samples in abi/samples: servers that play supervisord, YARN,
// Flink and HDFS, and a guard that is played by the test.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include <rapidjson/document.h>

#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "fake/supervisord.h"
#include "host.h"
#include "shape.h"
#include "surroundings.h"

namespace conformance {

rapidjson::Document sample(const std::string& name);
// Members of an error that depend on the case are optional in it, and those of the restore point
// that a start chose: there may be none.
shape sample_shape(const std::string& name);
void check_shape(const rapidjson::Value& real, const std::string& name);
void check_shape(const rapidjson::Value& real, const shape& expected);

std::string text_of(const rapidjson::Value& value);
void set(rapidjson::Document& document, const char* pointer, const std::string& value);
// The sample with the component's real data.
rapidjson::Document request(const std::string& name, const rapidjson::Value& data);

// An account that this process may set a component up for.
std::string run_as_user();

class world {
  // Before the services: their threads use them until the last one has ended.
  mutable std::mutex mutex_;
  std::string application_id_;
  int epoch_ = 0;
  std::string task_state_ = "RUNNING";  // of jobs that are submitted

 public:
  static constexpr const char* program = "flink.production.clicks.counter";
  static constexpr const char* directory = "/pnda/flink/production/clicks/counter";

  node_folder node;
  std::shared_ptr<dm::fake::hdfs_files> files = std::make_shared<dm::fake::hdfs_files>();
  dm::fake::supervisord supervisord{node.path() + "/conf.d"};
  dm::fake::name_node name_node{files};
  mutable dm::fake::resource_manager resource_manager;
  dm::fake::job_manager job_manager{"1.20.5", files};
  std::string staged = node.path() + "/staged";

  world();
  std::string environment() const;
  // The data of the component of create_request.json, made by `dm`.
  rapidjson::Document create(const library& plugin, const session& dm) const;

  // What the guard would do once supervisord has started it: claim an epoch, submit from what the
  // newest run names, else from the newest savepoint, write down what became of it.
  void play_guard(const std::string& id);
  // Jobs come up without TaskManagers, until these come.
  void hold_tasks();
  void let_tasks_run();
  std::string application_id() const;
  // The job ends by itself: Flink, YARN and the guard say so. outcome: "completed", "failed".
  void end_by_itself(const std::string& outcome);
  int live_applications() const;

 private:
  void submit(const std::string& id);
  void end(const std::string& job_state);
  void write_end(const std::string& outcome);
};

}  // namespace conformance
