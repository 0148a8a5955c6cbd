// A TaskManager's container that has ended, as Flink tells it.
// SPDX-License-Identifier: Apache-2.0
#include "flink/container_failure.h"

#include <catch2/catch.hpp>

using namespace dm::flink;

namespace {

std::string trace(const std::string& message, const std::string& thrower) {
  return "java.lang.Exception: " + message + "\n\tat " + thrower + "(X.java:1)\n";
}

std::string marked(const std::string& code) {
  return "Container container_1_1_01_000002(node:1) marked as failed.\n Exit code:" + code +
         ".\n Diagnostics:[2026-11-27 20:33:14.583]Container killed on request. Exit code is 137\n";
}

const std::string by_flink =
    "org.apache.flink.runtime.resourcemanager.active.ActiveResourceManager.onWorkerTerminated";
const std::string by_driver = "org.apache.flink.yarn.YarnResourceManagerDriver$X.run";

}  // namespace

TEST_CASE("the code of a container's end says why") {
  struct row {
    const char* code;
    failure_class meaning;
    const char* words;
  };
  for (const row& r :
       {row{"137", failure_class::cluster_lost, "killed by signal 9"},
        row{"143", failure_class::cluster_lost, "killed by signal 15"},
        row{"-104", failure_class::memory_exceeded, "component_flink_taskmanager_memory"},
        row{"-102", failure_class::cluster_lost, "preempted the TaskManager's"},
        row{"-101", failure_class::cluster_lost, "the TaskManager's node"}}) {
    CAPTURE(r.code);
    for (const std::string& thrower : {by_flink, by_driver}) {
      const std::string text = trace(marked(r.code), thrower);
      const auto told = container_failure(text);
      REQUIRE(told);
      CHECK(told->failure == r.meaning);
      CHECK(classify_failure(text) == r.meaning);
      CHECK(failure_summary(text).find(r.words) != std::string::npos);
    }
  }
}

TEST_CASE("a process that ended by itself is told by its code, and is nobody else's trouble") {
  const std::string text = trace(marked("239"), by_flink);
  CHECK(failure_summary(text).find("the TaskManager's container ended with exit code 239") == 0);
  CHECK(budget_of(classify_failure(text)) == budget::program);
}

TEST_CASE("a program that speaks like Flink has failed like any other (INV-11)") {
  const std::string text = trace(marked("137"), "my.Job.map");
  CHECK_FALSE(container_failure(text));
  CHECK(classify_failure(text) == failure_class::user_exception);
  CHECK(failure_summary(text) == exception_summary(text));
}

TEST_CASE("what has no code is summarised as any exception") {
  for (const std::string& message :
       {std::string("no code"), marked(""), marked("x"), marked("99999999999999999999")}) {
    CAPTURE(message);
    CHECK_FALSE(container_failure(trace(message, by_flink)));
  }
  CHECK(failure_summary("").empty());
}
