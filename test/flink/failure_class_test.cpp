// Recorded failures and what a restart could do about them.
// SPDX-License-Identifier: Apache-2.0
#include "flink/failure_class.h"

#include "flink/client_output.h"
#include "flink/container_log.h"
#include "flink/exception_text.h"
#include "flink/job_manager.h"
#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;
using dm::test::recorded;

TEST_CASE("recorded failures of clients have their class") {
  const auto [name, expected] = GENERATE(table<std::string, failure_class>({
      {"client-1.20.5-throws-in-main.txt", failure_class::user_exception},
      {"client-1.13.6-throws-in-main.txt", failure_class::user_exception},
      {"client-1.20.5-py-args.txt", failure_class::user_exception},
      {"client-1.20.5-python-raises.txt", failure_class::user_exception},
      {"client-1.20.5-python-module.txt", failure_class::user_exception},
      {"client-1.20.5-python-queue.txt", failure_class::queue_refused},
      {"client-1.20.5-missing-class.txt", failure_class::program_invalid},
      {"client-1.13.6-missing-class.txt", failure_class::program_invalid},
      {"client-1.20.5-missing-jar.txt", failure_class::program_invalid},
      {"client-1.20.5-not-a-zip.txt", failure_class::program_invalid},
      {"client-1.13.6-not-a-zip.txt", failure_class::program_invalid},
      {"client-1.20.5-removed-option.txt", failure_class::program_invalid},
      {"client-2.3.0-nested-scope2.txt", failure_class::program_invalid},
      {"client-1.20.5-unknown-queue.txt", failure_class::queue_refused},
      {"client-1.13.6-unknown-queue.txt", failure_class::queue_refused},
      {"client-2.3.0-unknown-queue.txt", failure_class::queue_refused},
      {"client-1.20.5-too-much-memory.txt", failure_class::no_resources},
      {"client-1.13.6-too-much-memory.txt", failure_class::no_resources},
      // The cause stands in the JobManager's log alone.
      {"client-2.3.0-not-a-zip.txt", failure_class::unknown},
  }));
  CAPTURE(name);
  CHECK(read_client_output(recorded(name)).failure == expected);
}

TEST_CASE("a submission that went well has no class") {
  CHECK(read_client_output(recorded("client-1.20.5-runs.txt")).failure == failure_class::unknown);
  CHECK(read_client_output("").failure == failure_class::unknown);
}

TEST_CASE("failures in logs of JobManagers have their class") {
  const auto [name, expected] = GENERATE(table<std::string, failure_class>({
      {"jobmanager-1.20.5-missing-savepoint.log", failure_class::state_incompatible},
      {"jobmanager-1.20.5-incompatible-state.log", failure_class::state_incompatible},
      {"jobmanager-2.3.0-not-a-zip.log", failure_class::program_invalid},
  }));
  CAPTURE(name);
  const std::string trace = failure_in_log(recorded(name));
  CHECK(classify_failure(trace) == expected);
  CHECK(classify_failure(exception_outline(trace)) == expected);
}

TEST_CASE("recorded exceptions of a job are the program's") {
  for (const char* name : {"rest-1.13.6.exceptions.json", "rest-1.20.5.history.exceptions.json",
                           "rest-2.3.0.exceptions.json"}) {
    const auto exceptions = read_exceptions(dm::test::json_answer(recorded(name)), "http://x");
    REQUIRE(exceptions);
    CHECK(classify_failure(exceptions->root_exception) == failure_class::user_exception);
  }
}

namespace {

const std::string main_wrapper =
    "org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: "
    "text\n\tat org.apache.flink.client.program.PackagedProgram.callMainMethod(P.java:1)\n";
const std::string job_wrapper =
    "org.apache.flink.runtime.JobException: Recovery is suppressed by "
    "NoRestartBackoffTimeStrategy\n\tat "
    "org.apache.flink.runtime.executiongraph.failover.ExecutionFailureHandler.handleFailure(E.java:"
    "1)\n";
const std::string in_program = "\tat com.acme.Job.map(Job.java:12)\n";
const std::string yarn_client =
    "\tat org.apache.hadoop.yarn.client.api.impl.YarnClientImpl.submitApplication(Y.java:1)\n\tat "
    "org.apache.flink.yarn.YarnClusterDescriptor.startAppMaster(Y.java:1)\n";

std::string thrown(const std::string& text, const std::string& frame) {
  return text + "\n\tat " + frame + "(A.java:1)\n";
}

}  // namespace

TEST_CASE("what Flink, YARN and HDFS say themselves") {
  const auto [text, expected] = GENERATE(table<std::string, failure_class>({
      {thrown(
           "java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint hdfs:///x. "
           "Cannot map checkpoint/savepoint state for operator cbc to the new program",
           "org.apache.flink.runtime.checkpoint.Checkpoints.throwNonRestoredStateException"),
       failure_class::state_incompatible},
      {thrown("java.lang.IllegalStateException: The state for task Sink: x (1/4) can not be "
              "restored. The maximum parallelism (2) of the restored state is lower than the "
              "configured parallelism (4). Please reduce the parallelism",
              "org.apache.flink.runtime.checkpoint.StateAssignmentOperation."
              "checkParallelismPreconditions"),
       failure_class::state_incompatible},
      {"org.apache.flink.util.StateMigrationException: The new state serializer must not be "
       "incompatible",
       failure_class::state_incompatible},
      {"java.lang.UnsupportedClassVersionError: x/Y has been compiled by a more recent version of "
       "the Java Runtime (class file version 69.0)",
       failure_class::program_invalid},
      {"org.apache.flink.client.program.ProgramInvocationException: The program's entry point "
       "class "
       "'x.Y' could not be loaded due to a linkage failure.\nCaused by: "
       "java.lang.NoClassDefFoundError: x/y (wrong name: x/Y)",
       failure_class::program_invalid},
      {thrown("org.apache.flink.configuration.IllegalConfigurationException: Sum of configured JVM "
              "Metaspace (96mb) exceed configured Total Process Memory (64mb).",
              "org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils.x"),
       failure_class::program_invalid},
      // What the cluster says now.
      {thrown("org.apache.flink.configuration.IllegalConfigurationException: The number of "
              "requested virtual cores for application master 1 exceeds the maximum number of "
              "virtual cores 0 available in the Yarn Cluster.",
              "org.apache.flink.yarn.YarnClusterDescriptor.isReadyForDeployment"),
       failure_class::no_resources},
      {"org.apache.hadoop.yarn.exceptions.InvalidResourceRequestException: Invalid resource "
       "request!",
       failure_class::no_resources},
      {"org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Could not "
       "acquire the minimum required resources.",
       failure_class::no_resources},
      {"org.apache.hadoop.yarn.exceptions.YarnException: Failed to submit application_1_0001 to "
       "YARN : Application application_1 rejected by placement rules.\n" +
           yarn_client,
       failure_class::queue_refused},
      {"org.apache.hadoop.security.AccessControlException: Application rejected by placement "
       "rules.",
       failure_class::queue_refused},
      {"org.apache.hadoop.security.AccessControlException: User pnda does not have permission to "
       "submit application_1_1 to queue root.x",
       failure_class::queue_refused},
      {main_wrapper +
           "Caused by: org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.security."
           "AccessControlException): Queue root.analytics is STOPPED. Cannot accept submission of "
           "application: application_1_1\n" +
           yarn_client,
       failure_class::queue_refused},
      {thrown("org.apache.hadoop.ipc.RemoteException(java.io.IOException): File /x could only be "
              "written to 0 of the 1 minReplication nodes.",
              "org.apache.hadoop.hdfs.server.blockmanagement.BlockManager.chooseTarget4NewBlock"),
       failure_class::cluster_not_ready},
      {"org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.hdfs.server.namenode."
       "SafeModeException): Name node is in safe mode",
       failure_class::cluster_not_ready},
      {"java.lang.RuntimeException: org.apache.hadoop.security.KerberosAuthException: x\n\tat "
       "org.apache.flink.runtime.security.modules.HadoopModule.install(H.java:1)\nCaused by: "
       "org.apache.hadoop.security.KerberosAuthException: Login failure\n\tat "
       "org.apache.hadoop.security.UserGroupInformation.x(U.java:1)\n\t... 9 more\n",
       failure_class::cluster_not_ready},
      {"org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.KeeperException$"
       "ConnectionLossException: KeeperErrorCode = ConnectionLoss for /flink",
       failure_class::cluster_not_ready},
      {"java.net.ConnectException: Call From a/1.2.3.4 to rm:8032 failed: Connection refused\n\tat "
       "org.apache.hadoop.net.NetUtils.wrapWithMessage(N.java:1)\n\tat "
       "org.apache.flink.yarn.YarnClusterDescriptor.x(Y.java:1)\nCaused by: "
       "java.net.ConnectException: Connection refused\n\tat "
       "java.base/sun.nio.ch.Net.pollConnect(Native Method)\n\t... 9 more\n",
       failure_class::cluster_lost},
      {job_wrapper + "Caused by: " +
           thrown("java.util.concurrent.TimeoutException: Heartbeat of TaskManager with id "
                  "container_1_1_01_000002(node:1) timed out.",
                  "org.apache.flink.runtime.jobmaster.JobMaster$X.notifyHeartbeatTimeout"),
       failure_class::cluster_lost},
      {thrown("java.lang.Exception: Container released on a *lost* node",
              "org.apache.flink.yarn.YarnResourceManagerDriver$X.onContainersCompleted"),
       failure_class::cluster_lost},
      {thrown("java.lang.Exception: [2026-11-27 20:33:14.583]Container "
              "[pid=1054,containerID=container_1_1_01_000002] is running 9B beyond the 'PHYSICAL' "
              "memory limit. Current usage: 1.2 GB of 320 MB physical memory used.",
              "org.apache.flink.yarn.YarnResourceManagerDriver$X.onContainersCompleted"),
       failure_class::memory_exceeded},
      // In the program's own mouth it is the program's.
      {thrown("java.lang.Exception: running 9B beyond the 'PHYSICAL' memory limit.", "my.Job.map"),
       failure_class::user_exception},
      {"java.lang.NullPointerException at my.Job.map(Job.java:12)", failure_class::user_exception},
      {"org.apache.flink.util.FlinkException: something internal", failure_class::unknown},
      {"", failure_class::unknown},
      {"just words", failure_class::unknown},
  }));
  CAPTURE(text);
  CHECK(classify_failure(text) == expected);
  CHECK(classify_failure(exception_outline(text)) == expected);
}

TEST_CASE("a program that speaks like Flink has failed by itself (INV-11)") {
  const std::string text = GENERATE(
      as<std::string>(), "com.acme.mq.MissingException: queue doesn't exist: orders",
      "com.acme.IllegalConfigurationException: config service empty",
      "java.io.IOException: refresh is not a valid action now",
      "java.lang.IllegalStateException: No job was executed today",
      "java.io.IOException: Cannot find checkpoint or savepoint of the game",
      "com.acme.RpcException: user does not have permission to submit orders",
      "com.acme.StateMigrationException", "com.acme.CliArgsException",
      "java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint",
      "java.lang.RuntimeException: The program's entry point class 'x' was not found in the jar "
      "file",
      "java.lang.RuntimeException: org.apache.flink.util.StateMigrationException: quoted",
      "java.io.IOException: JAR file does not exist: x",
      "java.io.IOException: Heartbeat of TaskManager with id 7 timed out",
      "java.io.IOException: x to unknown queue: y",
      "java.lang.Exception: the shop is STOPPED. "
      "Cannot accept submission",
      "java.net.ConnectException: Connection refused", "java.net.UnknownHostException: kafka");
  CAPTURE(text);
  CHECK(classify_failure(text) == failure_class::user_exception);
  for (const std::string& around : {main_wrapper, job_wrapper}) {
    const std::string chain = around + "Caused by: " + text + "\n" + in_program;
    CHECK(classify_failure(chain) == failure_class::user_exception);
    CHECK(classify_failure(exception_outline(chain)) == failure_class::user_exception);
  }
  // Thrown by a helper of Flink for the program.
  CHECK(classify_failure(job_wrapper + "Caused by: " + text +
                         "\n\tat org.apache.flink.util.Preconditions.checkState(P.java:1)\n" +
                         in_program) == failure_class::user_exception);
}

TEST_CASE("a program's own connections are the program's trouble") {
  const std::string refused =
      "Caused by: java.net.ConnectException: Connection refused\n\tat "
      "java.base/sun.nio.ch.Net.pollConnect(Native Method)\n";
  CHECK(classify_failure(main_wrapper + refused + "\tat com.acme.Db.open(Db.java:1)\n") ==
        failure_class::user_exception);
  CHECK(classify_failure(job_wrapper + refused +
                         "\tat org.apache.kafka.clients.X.y(X.java:1)\n\tat "
                         "org.apache.flink.connector.kafka.source.X.y(X.java:1)\n") ==
        failure_class::user_exception);
}

TEST_CASE("once main() runs, its class and its jar are proven to be there") {
  CHECK(classify_failure(
            main_wrapper +
            "Caused by: org.apache.flink.client.program.ProgramInvocationException: The program's "
            "entry point class 'x' was not found in the jar file.\n" +
            in_program) != failure_class::program_invalid);
}

TEST_CASE("a Python program's words give it up for nothing") {
  const std::string output =
      "Traceback (most recent call last):\n  File \"a.py\", line 1, in <module>\n"
      "ValueError: JAR file does not exist\n"
      ": org.apache.flink.util.StateMigrationException: as it says\n"
      "org.apache.flink.client.program.ProgramAbortException: java.lang.RuntimeException: Python "
      "process exits with code: 1\n";
  CHECK(read_client_output(output).failure == failure_class::user_exception);
}

TEST_CASE("whose trouble a class is, and whether a retry can help") {
  struct row {
    failure_class value;
    budget whose;
    bool hopeless;
  };
  for (const row& r : {row{failure_class::unknown, budget::program, false},
                       row{failure_class::user_exception, budget::program, false},
                       row{failure_class::program_invalid, budget::program, true},
                       row{failure_class::not_started, budget::program, false},
                       row{failure_class::state_incompatible, budget::program, true},
                       row{failure_class::no_restore_point, budget::program, true},
                       row{failure_class::memory_exceeded, budget::program, false},
                       row{failure_class::no_resources, budget::cluster, false},
                       row{failure_class::queue_refused, budget::cluster, false},
                       row{failure_class::queue_policy_refused, budget::cluster, false},
                       row{failure_class::cluster_lost, budget::cluster, false},
                       row{failure_class::cluster_not_ready, budget::cluster, false}}) {
    CAPTURE(to_string(r.value));
    CHECK(budget_of(r.value) == r.whose);
    CHECK(permanent(r.value) == r.hopeless);
  }
}

TEST_CASE("spellings are read back") {
  for (const failure_class value :
       {failure_class::unknown, failure_class::user_exception, failure_class::program_invalid,
        failure_class::not_started, failure_class::state_incompatible,
        failure_class::no_restore_point, failure_class::memory_exceeded,
        failure_class::no_resources, failure_class::queue_refused, failure_class::cluster_lost,
        failure_class::cluster_not_ready}) {
    CHECK(parse_failure_class(to_string(value)) == value);
  }
  CHECK(parse_failure_class("a later version's class") == failure_class::unknown);
}
