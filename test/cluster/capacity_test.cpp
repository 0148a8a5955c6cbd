// Queues and sizes, as the schedulers show them.
#include <catch2/catch.hpp>

#include "cluster/resource_manager.h"
#include "fake/resource_manager.h"

using namespace dm::cluster;
namespace fake = dm::fake;
using dm::io::operation;

namespace {

const operation in_time = operation::within(std::chrono::minutes(1));

// A ResourceManager whose scheduler answers this.
struct with_scheduler {
  explicit with_scheduler(const std::string& body) {
    server.server().disturb([body](const fake::request& asked) -> std::optional<fake::disturbance> {
      if (!asked.path.ends_with("/scheduler")) return std::nullopt;
      fake::disturbance d;
      d.what = fake::disturbance::kind::replace;
      d.instead = fake::json(200, body);
      return d;
    });
  }
  fake::resource_manager server;
  dm::io::http_client http;
  resource_manager rm{http, {server.address()}, "pnda"};
};

}  // namespace

TEST_CASE("the queues of the capacity scheduler, and what the cluster holds") {
  fake::resource_manager server;
  server.cluster().set_queues({{"default", "RUNNING", 6144}, {"old", "STOPPED", 2048}});
  server.cluster().set_nodes({{"RUNNING", 1000, 3000}, {"RUNNING", 0, 6144}, {"LOST", 0, 99999}});
  dm::io::http_client http;
  resource_manager rm(http, {server.address()}, "pnda");
  const auto queues = rm.queues(in_time);
  REQUIRE(queues);
  REQUIRE(queues->size() == 2);
  CHECK(queues->at(0).name == "default");
  CHECK(queues->at(0).running);
  CHECK(queues->at(0).maximum_memory_mb == 6144);
  CHECK_FALSE(queues->at(1).running);
  const auto capacity = rm.cluster_capacity(in_time);
  REQUIRE(capacity);
  CHECK(capacity->total_memory_mb == 10144);
  CHECK(capacity->largest_node_memory_mb == 6144);
  CHECK(capacity->maximum_allocation_mb == 6144);
}

TEST_CASE("a largest allocation that is not shown is 0") {
  fake::resource_manager server;
  server.cluster().set_queues({{"default", "RUNNING", 0}});
  dm::io::http_client http;
  resource_manager rm(http, {server.address()}, "pnda");
  CHECK(rm.cluster_capacity(in_time)->maximum_allocation_mb == 0);
}

TEST_CASE("nested queues give their leaves") {
  with_scheduler w(
      R"({"scheduler":{"schedulerInfo":{"type":"capacityScheduler","queueName":"root","maximumAllocation":{"memory":8192},)"
      R"("queues":{"queue":[{"queueName":"a","queues":{"queue":[{"queueName":"a1","state":"RUNNING"},)"
      R"({"queueName":"a2","state":"STOPPED","maximumAllocation":{"memory":4096}}]}},{"queueName":"b","state":"RUNNING"}]}}}})");
  const auto queues = w.rm.queues(in_time);
  REQUIRE(queues);
  REQUIRE(queues->size() == 3);
  CHECK(queues->at(0).name == "a1");
  CHECK(queues->at(0).maximum_memory_mb == 8192);
  CHECK(queues->at(1).maximum_memory_mb == 4096);
  CHECK(queues->at(2).name == "b");
}

TEST_CASE("the fair scheduler's and the fifo scheduler's queues") {
  with_scheduler fair(
      R"({"scheduler":{"schedulerInfo":{"type":"fairScheduler","rootQueue":{"queueName":"root","childQueues":{"queue":)"
      R"([{"type":"fairSchedulerLeafQueueInfo","queueName":"root.default"},{"queueName":"root.x"}]}}}}})");
  REQUIRE(fair.rm.queues(in_time));
  CHECK(fair.rm.queues(in_time)->size() == 2);
  CHECK(fair.rm.queues(in_time)->front().name == "root.default");
  with_scheduler fifo(R"({"scheduler":{"schedulerInfo":{"type":"fifoScheduler","capacity":1.0}}})");
  CHECK(fifo.rm.queues(in_time)->front().name == "default");
}

TEST_CASE("a scheduler that is not known has no queues, which is no error") {
  for (const char* body : {"{}", R"({"scheduler":null})",
                           R"({"scheduler":{"schedulerInfo":{"type":"other"}}})", "[]", "7"}) {
    with_scheduler w(body);
    REQUIRE(w.rm.queues(in_time));
    CHECK(w.rm.queues(in_time)->empty());
  }
}

TEST_CASE("an answer that is not JSON is UNAVAILABLE") {
  with_scheduler w("{\"scheduler\":");
  CHECK(w.rm.queues(in_time).error().code == dm::status_code::unavailable);
  CHECK(w.rm.cluster_capacity(in_time).error().code == dm::status_code::unavailable);
}
