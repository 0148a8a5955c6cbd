// Why a TaskManager went, by its NodeManager.
// SPDX-License-Identifier: Apache-2.0
#include "guard/task_manager_end.h"

#include <catch2/catch.hpp>

#include "fake/node_manager.h"

using namespace dm::guard;
using dm::flink::failure_class;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string id = "container_1795811394356_0001_01_000002";

struct lost {
  fake::node_manager node;
  io::http_client http;
  dm::flink::exception_entry failure;

  lost() {
    failure.task_manager = id;
    failure.location = "127.0.0.1:34415";
  }

  std::optional<dm::flink::yarn_failure> find(io::milliseconds limit = std::chrono::seconds(20)) {
    return find_task_manager_end(io::operation::within(limit), http, "pnda",
                                 node.page("container_1795811394356_0001_01_000001"), failure);
  }
};

}  // namespace

TEST_CASE("a TaskManager that outgrew its memory: YARN's figures, and what to raise") {
  lost l;
  l.node.ended(id, -104,
               "Container [pid=1] is running 9B beyond the 'PHYSICAL' memory limit. Current usage: "
               "1.2 GB of 320 MB physical memory used; 2.5 GB of 672 MB virtual memory used. "
               "Killing container.\nDump");
  const auto by_words = l.find();
  REQUIRE(by_words);
  CHECK(by_words->failure == failure_class::memory_exceeded);
  CHECK(by_words->sentence ==
        "YARN killed the TaskManager's container, which used more physical memory than it asked "
        "for: 1.2 GB of 320 MB physical memory used; 2.5 GB of 672 MB virtual memory used; raise "
        "component_flink_taskmanager_memory (" +
            id + ")");
  // A second after the application's end only the metrics are left, and have no code yet.
  l.node.forget_state(id, 2);
  const int before = l.node.questions();
  const auto by_metrics = l.find();
  REQUIRE(by_metrics);
  CHECK(by_metrics->failure == failure_class::memory_exceeded);
  CHECK(by_metrics->sentence.find("1219 MB of 320 MB physical memory used") != std::string::npos);
  CHECK(l.node.questions() - before == 3);
}

TEST_CASE("a TaskManager that was killed on its machine") {
  lost l;
  l.node.ended(id, 137, "");
  const auto told = l.find();
  REQUIRE(told);
  CHECK(told->failure == failure_class::cluster_lost);
  CHECK(told->sentence.find("signal 9") != std::string::npos);
}

TEST_CASE("codes of what YARN ends after an application are no reason, nor is an own end") {
  for (const int code : {-105, -106, -107, -108, -100, 0, 1, 239}) {
    CAPTURE(code);
    lost l;
    l.node.ended(id, code, "");
    CHECK_FALSE(l.find());
  }
}

TEST_CASE("nobody waits for the end of a container that runs, is forgotten or is out of reach") {
  lost l;
  l.node.runs(id);
  CHECK_FALSE(l.find());
  CHECK(l.node.questions() == 1);
  l.node.forget_state(id);
  l.node.forget_metrics(id);
  CHECK_FALSE(l.find());
  CHECK(l.node.questions() == 2);
  l.failure.task_manager = "localhost:1234-abc";  // of a cluster that is none of YARN's
  CHECK_FALSE(l.find());
  CHECK(l.node.questions() == 2);
  l.failure.task_manager = id;
  l.failure.location = "127.0.0.1/../x:1";
  CHECK_FALSE(l.find());
  CHECK(l.node.questions() == 2);
}

TEST_CASE("a code that does not come in time is not waited for any longer") {
  lost l;
  l.node.ended(id, -104, "");
  l.node.forget_state(id, 1'000'000);
  CHECK_FALSE(l.find(std::chrono::milliseconds(2'500)));
  CHECK(l.node.questions() <= 3);
}
