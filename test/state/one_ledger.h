// A component's ledger on an HDFS in memory, for tests.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "fake/job_manager.h"
#include "fake/name_node.h"
#include "state/savepoint_ledger.h"

namespace dm::test {

// From now on requests of this operation below `path` are answered as a NameNode does whose
// DataNodes it does not know at the moment, or a DataNode whose NameNode is away.
inline void refuse(fake::name_node& node, const std::string& operation, const std::string& path,
                   const std::string& exception = "IOException") {
  node.server().disturb(
      [operation, path, exception](const fake::request& asked) -> std::optional<fake::disturbance> {
        if (!asked.argument("op").starts_with(operation) ||
            asked.path.find(path) == std::string::npos) {
          return std::nullopt;
        }
        fake::disturbance d;
        d.what = fake::disturbance::kind::replace;
        d.instead = fake::json(403, R"({"RemoteException":{"exception":")" + exception +
                                        R"(","javaClassName":"org.apache.hadoop.)" + exception +
                                        R"(","message":"Failed to find datanode."}})");
        return d;
      });
}

struct one_ledger {
  static constexpr const char* directory = "/state/prod/app/job";

  fake::name_node node;
  io::http_client http;
  cluster::hdfs hdfs{http, {node.address()}, "pnda"};
  state::savepoint_ledger ledger{hdfs, directory};
  component::log_snapshot log;
  std::string job_id = "79027c5e5ce9d22420e092835033910c";  // of what is asked for from now on
  io::operation in_time = io::operation::within(std::chrono::minutes(2));

  fake::hdfs_files& files() { return node.files(); }
  std::string savepoints() { return ledger.savepoints_directory(); }

  // A savepoint of Flink's: two files, 1000 bytes of state.
  void put_savepoint(const std::string& path, std::int64_t checkpoint_id) {
    files().put(path + "/_metadata", fake::metadata_bytes(checkpoint_id));
    files().put(path + "/4f1c", std::string(1000, 's'));
  }
  state::requested_record asked(const std::string& operation, std::uint64_t epoch) const {
    state::requested_record record;
    record.operation = operation;
    record.epoch = epoch;
    record.job_id = job_id;
    record.directory = std::string(directory) + "/savepoints/" + operation;
    record.user = "alice";
    record.requested_at = io::from_epoch_ms(1'795'439'455'000);
    return record;
  }
  // The whole of an operation that went well; its savepoint's path.
  std::string complete(const std::string& operation, std::uint64_t epoch,
                       std::int64_t checkpoint_id) {
    REQUIRE(ledger.write_requested(in_time, asked(operation, epoch)));
    const std::string path = ledger.operation_directory(operation) + "/savepoint-79027c-0a1b2c";
    put_savepoint(path, checkpoint_id);
    state::result_record record;
    record.operation = operation;
    record.completed = true;
    record.path = path;
    record.epoch = epoch;
    record.job_id = asked(operation, epoch).job_id;
    record.user = "alice";
    REQUIRE(ledger.take_inventory(in_time, record));
    REQUIRE(ledger.write_result(in_time, record));
    return path;
  }
  std::vector<state::restore_point> list() {
    auto points = ledger.list(in_time, log);
    if (!points) FAIL(points.error().text());
    return std::move(*points);
  }
  state::restore_point only() {
    auto points = list();
    REQUIRE(points.size() == 1);
    return std::move(points.front());
  }
  // How many requests the NameNode gets while `what` runs.
  template <class What>
  std::size_t requests(What what) {
    const std::size_t before = node.server().request_count();
    what();
    return node.server().request_count() - before;
  }

  void run(std::uint64_t number, bool accept_state_loss = false) {
    component::log_record record;
    record.number = number;
    record.accept_state_loss = accept_state_loss;
    log.records[number] = record;
  }
  void incarnation(std::uint64_t number, const std::string& restore_path = {},
                   const std::string& claim_mode = {}) {
    component::log_record record;
    record.number = number;
    record.kind = component::record_kind::incarnation;
    record.restore_path = restore_path;
    record.claim_mode = claim_mode;
    log.records[number] = record;
  }
};

}  // namespace dm::test
