// What a guard finds around it: YARN, HDFS, a JobManager, its component's directory, and a flink
// client that does what the test says.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "../io/temporary_directory.h"
#include "component/component_log.h"
#include "component/guard_spec.h"
#include "component/incident_store.h"
#include "fake/http_server.h"
#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "fake/resource_manager.h"
#include "guard/guard.h"
#include "state/savepoint_record.h"

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

std::string file_content(const std::string& path);  // empty when there is none
bool alive(int pid);                                // neither gone nor a zombie

// How one invocation of the client ends.
struct client_end {
  int code = 0;
  std::string output;
};

class surroundings {
 public:
  surroundings();
  ~surroundings();

  fake::yarn_cluster& yarn() { return resource_manager.cluster(); }
  std::vector<std::string> live_ids();                      // of the component, in YARN
  std::size_t submissions() const { return submissions_; }  // clients that were started
  std::string last_argument(const std::string& containing) const;

  // Called in place of the default client with its arguments, on a thread of a server; may block.
  void on_submit(std::function<client_end(const std::vector<std::string>& argv)> behave);
  // What the default client does: one application with the tags of argv, RUNNING at the JobManager.
  client_end submit(const std::vector<std::string>& argv, const std::string& state = "RUNNING");
  // The YARN tags in the arguments.
  static std::vector<std::string> tags_of(const std::vector<std::string>& argv);

  // The component's log, as others write it.
  std::uint64_t want(const std::string& node = "edge1");  // appends run; its number
  std::uint64_t unwant();                                 // appends stop
  std::uint64_t claim();  // appends an incarnation, as an earlier guard did
  void put_end(component::end_fact end);
  void put_application(std::uint64_t epoch, const std::string& id, const std::string& job_id = {});
  component::log_snapshot log();
  // Whether the guard has noted the application with its job.
  bool noted(const std::string& application_id);
  std::optional<component::end_fact> end_of(std::uint64_t epoch);
  // What is kept of failures, newest first.
  std::vector<component::listed_incident> incidents();
  component::whole_incident incident(const std::string& id);
  // The newest record, changed.
  void amend(const std::function<void(component::log_record& record)>& how);
  // What a job leaves on HDFS; its path there.
  std::string put_checkpoint(std::uint64_t epoch, std::int64_t checkpoint_id);
  std::string put_savepoint(const std::string& operation, std::uint64_t epoch,
                            std::int64_t checkpoint_id,
                            state::operation_kind kind = state::operation_kind::trigger);
  // The ledger's documents of an operation that was asked for, and of one that has failed.
  void put_requested(const std::string& operation, std::uint64_t epoch, state::operation_kind kind);
  void put_failed(const std::string& operation, std::uint64_t epoch, state::operation_kind kind);
  // The application is FINISHED now; the fake's own finish lies in its past.
  void finish(const std::string& id, const std::string& final_status,
              const std::string& diagnostics = {});
  // A live application of that epoch, as YARN shows it.
  std::string put_live(std::uint64_t epoch, const std::string& state = "RUNNING");
  void put_archive(const std::string& job_id, const std::string& state,
                   const std::string& exception = {}, const std::string& container = {});

  // Runs a guard in this process until it ends by itself; FAILs after a minute.
  int run();
  // The same in the background.
  void start();
  void terminate();  // as SIGTERM does
  int join();        // its exit code; FAILs after a minute
  bool ended() const { return ended_; }
  std::string guard_log() const;
  // As another guard of the node would; nullopt: all are taken.
  std::optional<guard::submission_slot> take_slot();

  fake::name_node name_node;
  fake::resource_manager resource_manager;
  fake::job_manager job_manager;
  temporary_directory directory;
  component::guard_spec spec;
  std::vector<std::string> command;
  guard::pace pace;
  std::string id;
  // Where it is set, a guard of that one run is what runs; else one that keeps what is wanted.
  std::optional<oozie::run_name> run_name;
  guard::run_report report;

 private:
  fake::response client_answer(const fake::request& asked);
  std::uint64_t append(component::record_kind kind, const std::string& node);

  std::vector<std::unique_ptr<guard::submission_slots>> others_;  // guards of the node
  mutable std::mutex mutex_;
  std::function<client_end(const std::vector<std::string>&)> behave_;
  std::vector<std::string> last_argv_;
  std::atomic<std::size_t> submissions_{0};
  std::atomic<bool> ended_{false};
  int exit_code_ = -1;
  std::unique_ptr<io::cancellation> cancel_;
  std::thread thread_;
  std::unique_ptr<fake::http_server> clients_;
};

}  // namespace dm::test
