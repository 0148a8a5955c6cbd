// How an incarnation ended and why, by whoever still knows.
// SPDX-License-Identifier: Apache-2.0
#include "guard/end_cause.h"

#include <atomic>
#include <catch2/catch.hpp>

#include "fake/node_manager.h"
#include "surroundings.h"

using namespace dm::guard;
using dm::component::end_fact;
using dm::component::outcome;
using dm::test::surroundings;
namespace fake = dm::fake;
namespace io = dm::io;

namespace {

const std::string job_id = "79027c5e5ce9d22420e092835033910c";
const std::string application_id = "application_1795438290778_0001";

const std::string failed_client =
    "------------------------------------------------------------\n"
    " The program finished with the following exception:\n\n"
    "org.apache.flink.client.program.ProgramInvocationException: The main method caused an error: "
    "no luck\n"
    "\tat "
    "org.apache.flink.client.program.PackagedProgram.callMainMethod(PackagedProgram.java:372)\n"
    "Caused by: java.lang.IllegalStateException: no luck\n"
    "\tat examples.Job.main(Job.java:12)\n";

dm::cluster::yarn_application application(const std::string& state, const std::string& final_status,
                                          const std::string& diagnostics = {}) {
  dm::cluster::yarn_application a;
  a.id = application_id;
  a.state = state;
  a.final_status = final_status;
  a.diagnostics = diagnostics;
  a.finished_ms = 1'795'439'470'000;
  return a;
}

struct cause : surroundings {
  io::http_client http;
  dm::cluster::hdfs hdfs{http, {name_node.address()}, "pnda"};

  dm::result<end_fact> look(const dm::cluster::yarn_application* application,
                            const std::string& client = {}, const std::string& job = job_id,
                            const std::string& known_application = {}, int client_exit = 0) {
    end_evidence evidence;
    evidence.epoch = 7;
    evidence.application = application;
    evidence.application_id = known_application;
    evidence.job_id = job;
    evidence.client_output = client;
    evidence.client_exit = client_exit;
    const io::operation op = io::operation::within(std::chrono::minutes(1));
    return find_end(op, http, hdfs, spec, evidence);
  }

  end_fact of(const dm::cluster::yarn_application* application, const std::string& client = {},
              const std::string& job = job_id, const std::string& known_application = {},
              int client_exit = 0) {
    auto end = look(application, client, job, known_application, client_exit);
    REQUIRE(end);
    CHECK(end->epoch == 7);
    return *end;
  }
};

}  // namespace

TEST_CASE("a job that completed needs no cause") {
  cause c;
  const auto finished = application("FINISHED", "SUCCEEDED");
  const end_fact end = c.of(&finished);
  CHECK(end.outcome == outcome::completed);
  CHECK(end.cause.empty());
  CHECK(end.failure_class.empty());
  CHECK(end.application_id == application_id);
  CHECK(end.job_id == job_id);
  CHECK(end.ended_at == io::from_epoch_ms(1'795'439'470'000));
}

TEST_CASE("the job archive tells the exception's own text") {
  cause c;
  c.put_archive(job_id, "FAILED",
                "org.apache.flink.runtime.JobException: Recovery is suppressed by "
                "NoRestartBackoffTimeStrategy\n"
                "\tat org.apache.flink.X.y(X.java:1)\nCaused by: java.lang.RuntimeException: the "
                "sensor is on fire\n"
                "\tat examples.Sensor.read(Sensor.java:9)\n");
  const auto failed = application("FINISHED", "FAILED", "generic words");
  const end_fact end = c.of(&failed);
  CHECK(end.outcome == outcome::failed);
  CHECK(end.cause.find("the sensor is on fire") != std::string::npos);
  CHECK(end.source == "job archive");
  CHECK(end.failure_class == "user_exception");
}

TEST_CASE("the first word of an end is not its cause: a TaskManager's goodbye, and who ended it") {
  cause c;
  fake::node_manager node;
  const std::string container = "container_1795438290778_0001_01_000002";
  c.put_archive(
      job_id, "FAILED",
      "org.apache.flink.runtime.JobException: Recovery is suppressed by "
      "NoRestartBackoffTimeStrategy\n"
      "\tat org.apache.flink.X.y(X.java:1)\nCaused by: "
      "org.apache.flink.util.FlinkExpectedException: The TaskExecutor is shutting down.\n"
      "\tat "
      "org.apache.flink.runtime.taskexecutor.TaskExecutor.onStop(TaskExecutor.java:524)\n",
      container);
  auto failed = application("FINISHED", "FAILED", "generic words");
  failed.am_container_logs = node.page("container_1795438290778_0001_01_000001");
  const end_fact untold = c.of(&failed);
  CHECK(untold.failure_class == "cluster_lost");
  CHECK(untold.source == "job archive");

  node.ended(container, -104, "");
  node.forget_state(container);
  const end_fact told = c.of(&failed);
  CHECK(told.failure_class == "memory_exceeded");
  CHECK(told.source == "NodeManager");
  CHECK(told.frame.empty());
  CHECK(told.cause.find("1219 MB of 320 MB physical memory used") != std::string::npos);
  CHECK(told.cause.find("component_flink_taskmanager_memory") != std::string::npos);
}

TEST_CASE("an archive that is written a moment later is waited for") {
  cause c;
  std::thread late([&c] {
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    c.put_archive(job_id, "FAILED",
                  "java.lang.RuntimeException: late but true\n\tat a.B.c(B.java:1)\n");
  });
  const auto failed = application("FINISHED", "FAILED");
  const end_fact end = c.of(&failed);
  late.join();
  CHECK(end.cause.find("late but true") != std::string::npos);
}

TEST_CASE("an archive directory with a scheme is read all the same") {
  cause c;
  c.put_archive(job_id, "FINISHED");
  c.spec.archive_directory = "hdfs://ns1:8020/archive";
  CHECK(c.of(nullptr, {}, job_id, application_id).outcome == outcome::completed);
}

TEST_CASE("an archive directory of another file system is not taken for one of this HDFS") {
  const std::string directory =
      GENERATE(as<std::string>{}, "hdfs://elsewhere:8020/archive", "s3://bucket/archive");
  CAPTURE(directory);
  cause c;
  if (directory.starts_with("s3")) c.put_archive(job_id, "FINISHED");  // of this HDFS
  c.spec.archive_directory = directory;
  const end_fact end = c.of(nullptr, {}, job_id, application_id);
  CHECK(end.outcome == outcome::unknown);
  CHECK(end.cause.find(directory) != std::string::npos);
  CHECK(end.cause.find("is not read") != std::string::npos);
}

TEST_CASE("what YARN has forgotten the archive still knows") {
  struct row {
    const char* state;
    outcome expected;
  };
  for (const row& r : {row{"FINISHED", outcome::completed}, row{"CANCELED", outcome::killed},
                       row{"FAILED", outcome::failed}}) {
    CAPTURE(r.state);
    cause c;
    c.put_archive(job_id, r.state);
    const end_fact end = c.of(nullptr, {}, job_id, application_id);
    CHECK(end.outcome == r.expected);
    CHECK(end.ended_at == io::from_epoch_ms(1'795'439'460'000));
    CHECK(end.application_id == application_id);
  }
}

TEST_CASE("what nobody knows is unknown, and said so") {
  cause c;
  const end_fact end = c.of(nullptr, {}, job_id, application_id);
  CHECK(end.outcome == outcome::unknown);
  CHECK(end.cause.find("YARN does not know") != std::string::npos);
}

TEST_CASE(
    "an archive that cannot be read may be there: looked for again, nothing concluded (INV-10)") {
  cause c;
  c.name_node.server().stop();
  const auto end = c.look(nullptr, {}, job_id, application_id);
  REQUIRE_FALSE(end);
  CHECK(end.error().code == dm::status_code::unavailable);
  // Where it would only explain, what else is known is enough.
  const auto failed = application("FINISHED", "FAILED", "java.lang.RuntimeException: no luck");
  CHECK(c.of(&failed).cause == "java.lang.RuntimeException: no luck");
}

TEST_CASE("in application mode YARN's status decides, the archive of one job explains") {
  cause c;
  c.spec.submission = dm::flink::submission_mode::application;
  c.put_archive(job_id, "FINISHED");
  const auto failed = application("FINISHED", "FAILED", "java.io.IOException: the report failed");
  const end_fact end = c.of(&failed);
  CHECK(end.outcome == outcome::failed);
  CHECK(end.cause == "java.io.IOException: the report failed");
  CHECK(end.ended_at == io::from_epoch_ms(1'795'439'470'000));
  // Forgotten by YARN: nothing says how main() ended.
  const end_fact forgotten = c.of(nullptr, std::string(), job_id, application_id);
  CHECK(forgotten.outcome == outcome::unknown);
  CHECK(forgotten.cause.find("is FINISHED by Flink's archive") != std::string::npos);
  c.put_archive(job_id, "CANCELED");
  CHECK(c.of(&failed).outcome == outcome::failed);
}

TEST_CASE("a job alone in its application had ended before its JobManager's container failed") {
  cause c;
  c.put_archive(job_id, "FINISHED");
  const auto lost = application("FAILED", "FAILED", "AM Container exited with  exitCode: 137\n");
  CHECK(c.of(&lost).outcome == outcome::completed);
  // Flink's own word stands.
  const auto failed = application("FINISHED", "FAILED", "words");
  CHECK(c.of(&failed).outcome == outcome::failed);
}

TEST_CASE("the archive of a job id that every application has is nobody's") {
  cause c;
  const std::string zero(32, '0');
  c.put_archive(zero, "FINISHED");
  CHECK(c.of(nullptr, std::string(), zero, application_id).outcome == outcome::unknown);
}

TEST_CASE("an archive that is too large is said, not taken for none") {
  cause c;
  c.name_node.files().put("/archive/" + job_id, std::string((std::size_t{16} << 20) + 1, ' '));
  const end_fact end = c.of(nullptr, std::string(), job_id, application_id);
  CHECK(end.outcome == outcome::unknown);
  CHECK(end.cause.find("is larger than the 16 MiB") != std::string::npos);
}

TEST_CASE(
    "an application that only the client named was submitted: unknown, not 'no job' (INV-1)") {
  cause c;
  const end_fact end = c.of(nullptr, "Submitted application " + application_id + "\n", "");
  CHECK(end.outcome == outcome::unknown);
  CHECK(end.application_id == application_id);
}

TEST_CASE("without an application the client is the only witness") {
  cause c;
  const end_fact threw = c.of(nullptr, failed_client, "", "", 1);
  CHECK(threw.outcome == outcome::failed);
  CHECK(threw.cause.find("no luck") != std::string::npos);
  CHECK(threw.source == "flink client");
  CHECK(threw.failure_class == "user_exception");

  const end_fact nothing = c.of(nullptr, "", "", "", 0);
  CHECK(nothing.outcome == outcome::failed);
  CHECK(nothing.cause.find("execute()") != std::string::npos);
  CHECK(nothing.failure_class == "user_exception");

  const end_fact crashed = c.of(nullptr, "", "", "", 137);
  CHECK(crashed.outcome == outcome::failed);
  CHECK(crashed.failure_class == "unknown");
  CHECK(crashed.cause.find("signal 9") != std::string::npos);
  const end_fact refused = c.of(nullptr, "", "", "", 31);
  CHECK(refused.cause.find("exit code 31") != std::string::npos);
}

TEST_CASE(
    "a submission that YARN refused is the client's exception, though it names an application") {
  cause c;
  const std::string refused =
      "INFO YarnClusterDescriptor [] - Submitting application master " + application_id +
      "\n The program finished with the following exception:\n\n"
      "org.apache.flink.client.deployment.ClusterDeploymentException: Could not deploy Yarn job "
      "cluster.\n"
      "\tat a.B.c(B.java:1)\nCaused by: org.apache.hadoop.yarn.exceptions.YarnException: Failed to "
      "submit " +
      application_id + " to YARN : Application " + application_id +
      " submitted by user pnda to unknown queue: nosuch\n\tat a.B.c(B.java:1)\n";
  const end_fact end = c.of(nullptr, refused, "", "", 1);
  CHECK(end.outcome == outcome::failed);
  CHECK(end.failure_class == "queue_refused");
  CHECK(end.cause.find("unknown queue: nosuch") != std::string::npos);
}

TEST_CASE("a JobManager that could not start tells why in its log alone") {
  cause c;
  fake::http_server node_manager([](const fake::request& asked) {
    if (asked.path.find("/jobmanager.log") == std::string::npos) return fake::text(404, "");
    return fake::text(200,
                      "<html><pre>2026-11-23 12:00:00,123 INFO  a.B [] - starting\n"
                      "2026-11-23 12:00:01,123 ERROR o.a.f.ClusterEntrypoint [] - Fatal error\n"
                      "java.lang.Exception: outer\n\tat a.B.c(B.java:1)\n"
                      "Caused by: java.io.FileNotFoundException: Cannot find checkpoint or "
                      "savepoint &quot;/s/1&quot;\n"
                      "\tat org.apache.flink.runtime.state.filesystem."
                      "AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(A.java:2)\n"
                      "2026-11-23 12:00:02,123 INFO  a.B [] - bye\n</pre></html>",
                      "text/html");
  });
  auto failed = application("FAILED", "FAILED", "AM Container exited with exitCode: 1");
  failed.am_container_logs = node_manager.address() + "/node/containerlogs/c1/pnda";
  const end_fact end = c.of(&failed, {}, "");
  CHECK(end.outcome == outcome::failed);
  CHECK(end.source == "JobManager log");
  CHECK(end.cause.find("Cannot find checkpoint or savepoint \"/s/1\"") != std::string::npos);
  CHECK(end.failure_class == "state_incompatible");

  // The NodeManager has gone: YARN's own words remain.
  failed.am_container_logs = "http://127.0.0.1:1/node/containerlogs/c1/pnda";
  const end_fact without = c.of(&failed, {}, "");
  CHECK(without.source == "YARN diagnostics");
  CHECK(without.cause == "the JobManager's container ended with exit code 1");
}

TEST_CASE(
    "a JobManager that was killed: its container's exit code, not an old trouble of its log") {
  cause c;
  fake::http_server node_manager([](const fake::request&) {
    return fake::text(200,
                      "<pre>2026-11-23 12:00:01,123 ERROR o.a.f.X [] - x\n"
                      "java.lang.IllegalStateException: old trouble\n\tat a.B.c(B.java:1)\n</pre>",
                      "text/html");
  });
  auto killed = application(
      "FAILED", "FAILED",
      "Application application_1_1 failed 1 times (global limit =2; local limit is =1) due to AM "
      "Container for appattempt_1_1_000001 exited with  exitCode: 137\nFailing this "
      "attempt.Diagnostics: [2026-11-26 10:00:00.123]Container killed on request. Exit code is "
      "137\n[2026-11-26 10:00:00.124]Killed by external signal\n");
  killed.am_container_logs = node_manager.address() + "/node/containerlogs/c1/pnda";
  const end_fact end = c.of(&killed);
  CHECK(end.outcome == outcome::failed);
  CHECK(end.cause.find("killed by signal 9") != std::string::npos);
  CHECK(end.failure_class == "cluster_lost");
}

TEST_CASE("a JobManager that needed too much memory: sizes and the property to raise") {
  cause c;
  const auto killed = application(
      "FAILED", "FAILED",
      "Application application_1_1 failed 1 times due to AM Container for x exited with  exitCode: "
      "-104\nFailing this attempt.Diagnostics: [x]Container [pid=1] is running 123456B beyond the "
      "'PHYSICAL' memory limit. Current usage: 1.2 GB of 1 GB physical memory used; 2 GB of 3 GB "
      "virtual memory used. Killing container.\nDump");
  const end_fact end = c.of(&killed);
  CHECK(end.cause.find("1.2 GB of 1 GB physical memory used") != std::string::npos);
  CHECK(end.cause.find("component_flink_jobmanager_memory") != std::string::npos);
  CHECK(end.failure_class == "memory_exceeded");
}

TEST_CASE("a JVM that could not start: its own sentence with the file's address") {
  cause c;
  fake::http_server log_server([](const fake::request& asked) {
    if (asked.path.find("/jobhistory/logs/nm/c1/c1/pnda/jobmanager.err") == std::string::npos)
      return fake::text(404, "");
    return fake::text(200,
                      "<html><pre>Error opening zip file or JAR manifest missing : "
                      "/nowhere/agent.jar\n</pre></html>",
                      "text/html");
  });
  // The logs have been aggregated: the NodeManager sends on to the log server.
  fake::http_server node_manager([&](const fake::request&) {
    fake::response moved;
    moved.status = 307;
    moved.headers.emplace_back("Location", log_server.address() + "/jobhistory/logs/nm/c1/c1/pnda");
    return moved;
  });
  auto failed = application("FAILED", "FAILED", "AM Container for x exited with  exitCode: 1\n");
  failed.am_container_logs = node_manager.address() + "/node/containerlogs/c1/pnda";
  const end_fact end = c.of(&failed, std::string(), std::string());
  CHECK(end.cause == "Error opening zip file or JAR manifest missing : /nowhere/agent.jar (" +
                         failed.am_container_logs + "/jobmanager.err)");
  CHECK(end.source == "JobManager's jobmanager.err");
  CHECK(end.failure_class == "not_started");
}

TEST_CASE("a JobManager has not started only where that is known: its exit code, and no log") {
  cause c;
  std::atomic<int> log_status = 404;
  std::string log = "";
  fake::http_server node_manager([&](const fake::request& asked) {
    if (asked.path.find("/jobmanager.log") != std::string::npos)
      return fake::text(log_status, log, "text/html");
    if (asked.path.find("/prelaunch.err") == std::string::npos) return fake::text(404, "");
    return fake::text(200, "<pre>/bin/bash: line 1: /nowhere/bin/java: No such file\n</pre>",
                      "text/html");
  });
  const auto class_of = [&](const std::string& state, const std::string& diagnostics) {
    auto failed = application(state, "FAILED", diagnostics);
    failed.am_container_logs = node_manager.address() + "/node/containerlogs/c1/pnda";
    const end_fact end = c.of(&failed, std::string(), std::string());
    CHECK(end.source == "JobManager's prelaunch.err");
    return end.failure_class;
  };
  const std::string exited = "AM Container for x exited with  exitCode: 127\n";
  CHECK(class_of("FAILED", exited) == "not_started");
  CHECK(class_of("FAILED", "no code is told") == "unknown");
  CHECK(class_of("FINISHED", exited) == "unknown");  // Flink itself reported it
  log_status = 503;
  CHECK(class_of("FAILED", exited) == "unknown");
  log_status = 200;
  log = "<pre>2026-11-23 12:00:00,123 INFO  a.B [] - starting\n</pre>";
  CHECK(class_of("FAILED", exited) == "unknown");

  auto silent = application("FAILED", "FAILED", exited);
  silent.am_container_logs = "http://127.0.0.1:1/node/containerlogs/c1/pnda";
  CHECK(c.of(&silent, std::string(), std::string()).failure_class == "not_started");
}

TEST_CASE("a failure that nobody explains is a failure with a sentence") {
  cause c;
  const auto failed = application("FINISHED", "FAILED");
  const end_fact end = c.of(&failed, {}, "");
  CHECK(end.outcome == outcome::failed);
  CHECK_FALSE(end.cause.empty());
  CHECK(end.failure_class == "unknown");
}

TEST_CASE("who killed it is told") {
  cause c;
  const auto killed =
      application("KILLED", "KILLED", "Application x was killed by user alice at 10.0.0.1");
  const end_fact by_yarn = c.of(&killed);
  CHECK(by_yarn.outcome == outcome::killed);
  CHECK(by_yarn.cause.find("alice") != std::string::npos);
  const auto cancelled = application("FINISHED", "KILLED");
  const end_fact by_flink = c.of(&cancelled);
  CHECK(by_flink.outcome == outcome::killed);
  CHECK(by_flink.cause == "the job was cancelled");
}

TEST_CASE("an archive that is damaged or another job's is passed over") {
  for (const std::string content : {"", "{", "[]", R"({"archive":7})",
                                    R"({"archive":[{"path":"/jobs/overview","json":"{"}]})"}) {
    CAPTURE(content);
    cause c;
    c.name_node.files().put("/archive/" + job_id, content);
    CHECK(c.of(nullptr, {}, job_id, application_id).outcome == outcome::unknown);
  }
}
