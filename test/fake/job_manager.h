// A JobManager's REST API with one job, for tests. Answers as recorded from Flink 1.17 and 1.20.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "fake/hdfs_files.h"
#include "fake/http_server.h"

namespace dm::fake {

struct flink_job {
  std::string id = "79027c5e5ce9d22420e092835033910c";
  std::string name = "StreamingCounter 1.0.0";
  std::string state = "RUNNING";
  std::int64_t started_ms = 1'795'439'455'951;
  std::int64_t ended_ms = -1;
  std::int64_t modified_ms = 1'795'439'456'263;
  std::int64_t restarting_ms = 0;  // timestamps.RESTARTING
  std::int64_t restarts = 0;       // metric numRestarts
  int tasks = 2;                   // all of them in `task_state`
  std::string task_state = "RUNNING";
  std::string root_exception;                                                // none when empty
  std::string failing_container = "container_1795438290778_0001_01_000002";  // its taskManagerId
  std::int64_t exception_ms = 0;
  std::string restored_path;   // checkpoints: latest.restored
  std::string completed_path;  // checkpoints: latest.completed, a retained checkpoint
  std::int64_t completed_ms = 0;
  std::int64_t completed_id = 7;
  std::int64_t last_checkpoint_id = 100;       // the next savepoint has the one after it
  std::int64_t checkpoint_interval_ms = 5000;  // 0: no checkpointing, 404 for /checkpoints/config
  std::int64_t failed_checkpoints = 0;
  // What its two vertices count; -1: not all tasks have told yet.
  std::int64_t records = -1;
  double busy_ms = -1;  // of a second; -1: no such metric
  double lag = -1;      // pendingRecords of the source; -1: it has none
};

// How the next savepoint or stop goes.
struct savepoint_script {
  int polls_in_progress = 0;   // so many questions are answered IN_PROGRESS
  std::string failure;         // the failure-cause's stack trace; success when empty
  bool write_metadata = true;  // <target>/savepoint-<id>-<random>/_metadata, when there are files
  int state_files = 1;         // of 1000 bytes, beside it
};

class job_manager {
 public:
  explicit job_manager(std::string flink_version = "1.20.5",
                       std::shared_ptr<hdfs_files> files = nullptr);

  std::string address() const { return server_.address(); }
  std::string rpc_address() const;  // "127.0.0.1:<port>", for yarn_application::am_rpc_address
  http_server& server() { return server_; }

  flink_job job() const;
  void change(const std::function<void(flink_job&)>& how);
  void set_job(std::optional<flink_job> job);  // none: {"jobs":[]}
  void script_savepoint(savepoint_script script);
  void finish_savepoints();                      // those that are in progress complete now
  void fail_disposals(std::string stack_trace);  // empty: they succeed
  // Called, on a thread of the server, once the job has ended by cancel ("CANCELED"), or by stop
  // ("FINISHED") after its result was read, as a per-job cluster leaves then. A test lets YARN's
  // application end there.
  void on_end(std::function<void(const std::string& state)> ended);

  int savepoints_triggered()
      const;  // savepoints and stops that were begun, repeated POSTs of one triggerId counted once
  std::vector<std::string> savepoint_paths() const;  // of completed ones, in order

 private:
  struct operation {
    std::string path;  // of the savepoint
    std::int64_t checkpoint_id = 0;
    savepoint_script script;
    bool stop = false;
    bool read = false;
  };
  response answer(const request& asked);
  response trigger(const request& asked, bool stop);
  response savepoint_status(const std::string& trigger_id, std::string& ended);
  response cancel(std::string& ended);
  response dispose(const request& asked);
  response disposal_status(const std::string& trigger_id) const;
  void complete(operation& one);
  std::string checkpoints() const;
  bool knows(const std::string& id) const { return job_ && job_->id == id; }

  std::string version_;
  std::shared_ptr<hdfs_files> files_;
  mutable std::mutex mutex_;
  std::optional<flink_job> job_;
  savepoint_script script_;
  std::map<std::string, operation> operations_;   // by trigger id
  std::map<std::string, std::string> disposals_;  // by trigger id: the failure, or nothing
  std::string disposal_failure_;
  std::vector<std::string> completed_;
  std::int64_t completed_id_ = 0;  // of the last one
  std::function<void(const std::string&)> ended_;
  http_server server_;
};

// What a savepoint's _metadata begins with: magic, version and checkpoint id. Enough for a reader
// of the header.
std::string metadata_bytes(std::int64_t checkpoint_id = 0);

}  // namespace dm::fake
