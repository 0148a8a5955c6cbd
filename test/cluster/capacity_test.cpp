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
  REQUIRE(queues->leaves.size() == 2);
  CHECK(queues->leaves.at(0).name == "default");
  CHECK(queues->leaves.at(0).running);
  CHECK(queues->leaves.at(0).maximum_memory_mb == 6144);
  CHECK_FALSE(queues->leaves.at(1).running);
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
  REQUIRE(queues->leaves.size() == 3);
  CHECK(queues->leaves.at(0).name == "a1");
  CHECK(queues->leaves.at(0).maximum_memory_mb == 8192);
  CHECK(queues->leaves.at(1).maximum_memory_mb == 4096);
  CHECK(queues->leaves.at(2).name == "b");
  CHECK(queues->leaves.at(0).path == "root.a.a1");
  CHECK(queues->leaves.at(2).path == "root.b");
  CHECK_FALSE(queues->makes_queues);
}

TEST_CASE("a queue is asked for by its path, or by its name where no other has it") {
  with_scheduler w(
      R"({"scheduler":{"schedulerInfo":{"type":"capacityScheduler","queueName":"root","queues":{"queue":[)"
      R"({"queueName":"default"},{"queueName":"a","queues":{"queue":[{"queueName":"x"},{"queueName":"y"}]}},)"
      R"({"queueName":"b","queues":{"queue":[{"queueName":"x"},{"queueName":"b"}]}}]}}}})");
  const auto queues = w.rm.queues(in_time);
  REQUIRE(queues);
  for (const char* there : {"root.default", "default", "root.a.x", "root.b.x", "y", "root.b.b"}) {
    INFO(there);
    CHECK(queues->find(there) != nullptr);
  }
  for (const char* not_there : {"root.nothere.default", "ROOT.default", "root..default", ".default",
                                "Default", "root.default.", "root", "x", "a.x", "b", "root.a"}) {
    INFO(not_there);
    CHECK(queues->find(not_there) == nullptr);
  }
  with_scheduler flexible(
      R"({"scheduler":{"schedulerInfo":{"type":"capacityScheduler","queueName":"root","queues":{"queue":[)"
      R"({"queueName":"default"},{"queueName":"u","autoCreationEligibility":"flexible","queues":{"queue":[{"queueName":"x"}]}}]}}}})");
  CHECK(flexible.rm.queues(in_time)->makes_queues);
}

TEST_CASE("the fair scheduler's and the fifo scheduler's queues") {
  with_scheduler fair(
      R"({"scheduler":{"schedulerInfo":{"type":"fairScheduler","rootQueue":{"queueName":"root","childQueues":{"queue":)"
      R"([{"type":"fairSchedulerLeafQueueInfo","queueName":"root.default"},{"queueName":"root.x"}]}}}}})");
  REQUIRE(fair.rm.queues(in_time));
  CHECK(fair.rm.queues(in_time)->leaves.size() == 2);
  CHECK(fair.rm.queues(in_time)->leaves.front().path == "root.default");
  CHECK(fair.rm.queues(in_time)->find("root.x") != nullptr);
  CHECK(fair.rm.queues(in_time)->makes_queues);
  with_scheduler fifo(R"({"scheduler":{"schedulerInfo":{"type":"fifoScheduler","capacity":1.0}}})");
  CHECK(fifo.rm.queues(in_time)->leaves.front().name == "default");
}

TEST_CASE("a scheduler that is not known has no queues, which is no error") {
  for (const char* body : {"{}", R"({"scheduler":null})",
                           R"({"scheduler":{"schedulerInfo":{"type":"other"}}})", "[]", "7"}) {
    with_scheduler w(body);
    REQUIRE(w.rm.queues(in_time));
    CHECK(w.rm.queues(in_time)->leaves.empty());
  }
}

TEST_CASE("an answer that is not JSON is UNAVAILABLE") {
  with_scheduler w("{\"scheduler\":");
  CHECK(w.rm.queues(in_time).error().code == dm::status_code::unavailable);
  CHECK(w.rm.cluster_capacity(in_time).error().code == dm::status_code::unavailable);
}

TEST_CASE("whom the queues let submit: their own lists, and those of the queues above them") {
  with_scheduler w(
      R"({"scheduler":{"schedulerInfo":{"type":"capacityScheduler","queueName":"root","queueAcls":{"queueAcl":[)"
      R"({"accessType":"SUBMIT_APP","accessControlList":" "},{"accessType":"ADMINISTER_QUEUE","accessControlList":"boss "}]},)"
      R"("queues":{"queue":[{"queueName":"a","queueAcls":{"queueAcl":[{"accessType":"SUBMIT_APP","accessControlList":"alice prod"},)"
      R"({"accessType":"APPLICATION_MAX_PRIORITY","accessControlList":"*"}]},"queues":{"queue":[{"queueName":"a1",)"
      R"("queueAcls":{"queueAcl":{"accessType":"SUBMIT_APP","accessControlList":"bob"}}},{"queueName":"a2"}]}},)"
      R"({"queueName":"b","queueAcls":{"queueAcl":[{"accessType":"SUBMIT_APP","accessControlList":"*"}]}}]}}}})");
  const auto queues = w.rm.queues(in_time);
  REQUIRE(queues);
  REQUIRE(queues->leaves.size() == 3);
  for (const queue_capacity& leaf : queues->leaves) REQUIRE(leaf.submitters);
  const access_list& first = *queues->leaves.at(0).submitters;
  for (const char* user : {"boss", "alice", "bob"}) CHECK(first.names_user(user));
  CHECK(first.names_one_of({"prod"}));
  CHECK_FALSE(first.everybody);
  const access_list& second = *queues->leaves.at(1).submitters;
  CHECK(second.names_user("alice"));
  CHECK_FALSE(second.names_user("bob"));
  CHECK(queues->leaves.at(2).submitters->everybody);
}

TEST_CASE("a scheduler that shows no access lists has told none") {
  with_scheduler w(
      R"({"scheduler":{"schedulerInfo":{"type":"capacityScheduler","queueName":"root","queues":{"queue":[)"
      R"({"queueName":"a","state":"RUNNING"}]}}}})");
  CHECK_FALSE(w.rm.queues(in_time)->leaves.at(0).submitters);
}

TEST_CASE("whether a user may submit is told to administrators of the queue alone") {
  fake::resource_manager server;
  dm::io::http_client http;
  resource_manager pnda(http, {server.address()}, "pnda");
  CHECK(pnda.may_submit(in_time, "root.default") == queue_access::allowed);  // no lists
  server.cluster().set_queues({{"default", "RUNNING", 6144, "alice "}});
  CHECK(pnda.may_submit(in_time, "root.default") == queue_access::untold);
  resource_manager admin(http, {server.address()}, "yarn-admin");
  CHECK(admin.may_submit(in_time, "root.default") == queue_access::denied);
  server.server().stop();
  CHECK(pnda.may_submit(in_time, "root.default").error().code == dm::status_code::unavailable);
}
