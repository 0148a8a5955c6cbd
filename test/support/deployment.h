// A component that create has laid out on an edge node, with the cluster it runs on; the test plays
// its guard.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <catch2/catch.hpp>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "component/component_log.h"
#include "context/session.h"
#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "lifecycle/create.h"
#include "lifecycle/destroy.h"
#include "lifecycle/start.h"
#include "lifecycle/stop.h"
#include "observation/status.h"
#include "support/node.h"

namespace dm::test {

// Until the condition holds; false after half a minute, which is no expectation but the end of the
// test.
template <class Condition>
bool eventually(const Condition& condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Ends the test with the error's text where a verb has failed.
template <class Reply>
void require_good(const Reply& reply) {
  if (reply.failure) FAIL(reply.failure->text());
}

class deployment {
 public:
  // job_type: "streaming" or "batch".
  explicit deployment(const std::string& job_type = "streaming");

  context::session& session() { return *session_; }
  input::settings settings() const;  // of that session, to be changed
  // The same component seen from another node.
  std::unique_ptr<context::session> session_on(const std::string& node) const;
  input::component_data create(const std::string& component,
                               const std::string& job_type = "streaming");

  // What a guard does when supervisord starts it: chooses a restore point, claims an epoch and
  // submits, or gives up where there is no point and must be one. Returns the application's id;
  // empty: given up.
  std::string play_guard(const std::string& state = "RUNNING");
  // A run whose incarnation has been stopped; returns its epoch.
  std::uint64_t play_stopped_run();
  // A completed savepoint of the ledger that the incarnation has made, with its files. Returns its
  // HDFS path.
  std::string put_savepoint(const std::string& id, std::uint64_t epoch,
                            std::int64_t checkpoint_id = 1);
  // A retained checkpoint of the incarnation; returns its HDFS path.
  std::string put_checkpoint(std::uint64_t epoch, std::int64_t number);
  std::string state_directory() const;  // the component's, on HDFS
  // From now on supervisord starts that guard, and a cancelled job ends its application.
  void play_everything();
  std::string run();  // all that, and start: its job runs; returns the application's id
  std::uint64_t append(component::record_kind kind);
  void put_end(std::uint64_t epoch, component::outcome outcome, component::decision decision,
               const std::string& cause = {});
  component::log_snapshot log();
  std::string put_live(std::uint64_t epoch, const std::string& state = "RUNNING");
  void finish(const std::string& id, const std::string& final_status);  // FINISHED now
  std::vector<std::string> live_ids();

  bool autostart() const;  // as the program file says
  std::string program_state();

  // What _metadata of Flink begins with.
  static std::string metadata(std::int64_t checkpoint_id);

  node edge;
  std::shared_ptr<fake::hdfs_files> files = std::make_shared<fake::hdfs_files>();
  fake::name_node name_node{files};
  fake::resource_manager resource_manager;
  fake::job_manager job_manager{"1.20.5", files};  // its savepoints are there
  input::component_data data;

 private:
  std::unique_ptr<context::session> session_;
};

}  // namespace dm::test
