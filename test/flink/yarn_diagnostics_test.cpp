// YARN's diagnostics of failed applications: the telling part of each.
// SPDX-License-Identifier: Apache-2.0
#include "flink/yarn_diagnostics.h"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace dm::flink;
using kind = yarn_failure_kind;

namespace {

std::string failed(int code, const std::string& diagnostics) {
  return "Application application_1_1 failed 1 times (global limit =2; local limit is =1) due to "
         "AM "
         "Container for appattempt_1_1_000001 exited with  exitCode: " +
         std::to_string(code) + "\nFailing this attempt.Diagnostics: " + diagnostics +
         "For more detailed output, check the application tracking page: "
         "http://rm:8088/cluster/app/application_1_1 Then click on links to logs of each "
         "attempt.\n. Failing the application.";
}

std::string launch(int code, const std::string& last_words) {
  const std::string block = "[2026-11-26 10:00:00.124]Container exited with a non-zero exit code " +
                            std::to_string(code) +
                            ". Error file: prelaunch.err.\nLast 4096 bytes of prelaunch.err :\n" +
                            last_words + "\n";
  return failed(code,
                "[2026-11-26 10:00:00.123]Exception from container-launch.\nContainer id: "
                "container_1_1_01_000001\nExit code: " +
                    std::to_string(code) + "\n\n" + block + "\n" + block + "\n");
}

}  // namespace

TEST_CASE("a container that used too much memory is told with its size and what to raise") {
  const yarn_failure told = read_yarn_diagnostics(
      failed(-104,
             "[2026-11-26 10:00:00.123]Container "
             "[pid=7,containerID=container_1_1_01_000001] is running 123456B beyond the 'PHYSICAL' "
             "memory limit. Current usage: 1.2 GB of 1 GB physical memory used; 2.9 GB of 2.1 GB "
             "virtual memory used. Killing container.\nDump of the process-tree for "
             "container_1_1_01_000001 :\n\t|- PID PPID\n"));
  CHECK(told.kind == kind::memory_limit);
  CHECK(told.exit_code == -104);
  CHECK(told.failure == failure_class::memory_exceeded);
  CHECK(told.sentence ==
        "YARN killed the JobManager's container, which used more physical memory than it asked "
        "for: 1.2 GB of 1 GB physical memory used; 2.9 GB of 2.1 GB virtual memory used; raise "
        "component_flink_jobmanager_memory");
  const yarn_failure virtual_memory = read_yarn_diagnostics(failed(-103, "is running"));
  CHECK(virtual_memory.kind == kind::memory_limit);
  CHECK(virtual_memory.sentence.find("vmem-pmem-ratio") != std::string::npos);
}

TEST_CASE("exit codes are read by value") {
  struct row {
    int code;
    kind expected;
    failure_class failure;
    const char* words;
  };
  for (const row& r : {
           row{137, kind::signal, failure_class::cluster_lost, "killed by signal 9"},
           row{143, kind::signal, failure_class::cluster_lost, "killed by signal 15"},
           row{132, kind::signal, failure_class::unknown, "crashed by signal 4"},
           row{134, kind::signal, failure_class::unknown, "crashed by signal 6"},
           row{136, kind::signal, failure_class::unknown, "crashed by signal 8"},
           row{139, kind::signal, failure_class::unknown, "crashed by signal 11"},
           // A disk that is broken under a mapped file.
           row{135, kind::signal, failure_class::cluster_lost, "killed by signal 7"},
           row{-100, kind::released, failure_class::cluster_lost, "node was lost"},
           row{-101, kind::released, failure_class::cluster_lost, "disks"},
           row{-102, kind::released, failure_class::cluster_lost, "preempted"},
           row{-106, kind::released, failure_class::cluster_lost, "ResourceManager"},
           row{-1000, kind::localization, failure_class::unknown, "could not be brought"},
           row{1, kind::exit_code, failure_class::unknown, "exit code 1"},
           row{126, kind::exit_code, failure_class::not_started, "exit code 126"},
           row{127, kind::exit_code, failure_class::not_started, "exit code 127"},
           row{239, kind::exit_code, failure_class::unknown, "exit code 239"},
           row{0, kind::exit_code, failure_class::unknown, "exit code 0"},
           row{-9999, kind::exit_code, failure_class::unknown, "exit code -9999"},
       }) {
    CAPTURE(r.code);
    const yarn_failure told = read_yarn_diagnostics(
        failed(r.code,
               "[2026-11-26 10:00:00.123]Container killed on request. Exit code is 137\n"
               "[2026-11-26 10:00:00.124]Container exited with a non-zero exit code 137. \n"
               "[2026-11-26 10:00:00.125]Killed by external signal\n"));
    CHECK(told.kind == r.expected);
    CHECK(told.exit_code == r.code);
    CHECK(told.failure == r.failure);
    CHECK(told.sentence.find(r.words) != std::string::npos);
  }
}

TEST_CASE("what the container's shell wrote last is told, with line breaks and without") {
  std::string text = launch(127, "/bin/bash: line 1: /nowhere/bin/java: No such file or directory");
  if (GENERATE(false, true)) std::replace(text.begin(), text.end(), '\n', ' ');
  const yarn_failure told = read_yarn_diagnostics(text);
  CHECK(told.exit_code == 127);
  CHECK(told.sentence ==
        "the JobManager's container ended with exit code 127 (a command was not found): "
        "/bin/bash: line 1: /nowhere/bin/java: No such file or directory");
  CHECK(read_yarn_diagnostics(launch(1, "")).sentence ==
        "the JobManager's container ended with exit code 1");
  CHECK(read_yarn_diagnostics(launch(1, "Last 4096 bytes of stderr :\nError: no main class"))
            .sentence == "the JobManager's container ended with exit code 1: Error: no main class");
}

TEST_CASE("files that cannot be brought to the node are named") {
  const yarn_failure told = read_yarn_diagnostics(failed(
      -1000,
      "[2026-11-26 10:00:00.123]File does not exist: hdfs://nn/user/pnda/.flink/application_1_1/"
      "job.jar\njava.io.FileNotFoundException: File does not exist\n\tat a.B.c(B.java:1)\n"));
  CHECK(told.kind == kind::localization);
  CHECK(told.failure == failure_class::cluster_not_ready);
  CHECK(told.sentence ==
        "the files of the JobManager's container could not be brought to its node (YARN's code "
        "-1000): hdfs://nn/user/pnda/.flink/application_1_1/job.jar: "
        "java.io.FileNotFoundException: File does not exist");
}

TEST_CASE("a JobManager that YARN heard nothing of") {
  const yarn_failure told = read_yarn_diagnostics(
      "Application application_1_1 failed 1 times (global limit =2; local limit is =1) due to "
      "ApplicationMaster for attempt appattempt_1_1_000001 timed out. Failing the application.");
  CHECK(told.kind == kind::no_heartbeat);
  CHECK(told.failure == failure_class::cluster_lost);
}

TEST_CASE("an application that YARN did not take") {
  for (const char* text :
       {"Application application_1_1 submitted by user pnda to unknown queue: nosuch",
        "Application application_1_1 rejected by placement rules.",
        "Application rejected by queue placement policy",
        "org.apache.hadoop.security.AccessControlException: Queue root.analytics is STOPPED. "
        "Cannot "
        "accept submission of application: application_1_1"}) {
    CAPTURE(text);
    const yarn_failure told = read_yarn_diagnostics(text);
    CHECK(told.kind == kind::refused);
    CHECK(told.failure == failure_class::queue_refused);
    CHECK(told.sentence == text);
  }
}

TEST_CASE("anything else is its first line, and anything is borne") {
  CHECK(read_yarn_diagnostics("").sentence.empty());
  CHECK(read_yarn_diagnostics("just words\nand more").sentence == "just words");
  CHECK(read_yarn_diagnostics("exitCode: x").kind == kind::other);
  CHECK(read_yarn_diagnostics("exitCode: 99999999999999999999").kind == kind::other);
  CHECK(read_yarn_diagnostics(failed(1, std::string(1 << 20, '\xFF'))).sentence.size() <= 400);
}
