// The JobManager's log: out of the NodeManager's page, and the failure out of the log.
// SPDX-License-Identifier: Apache-2.0
#include "flink/container_log.h"

#include <catch2/catch.hpp>

#include "flink/client_output.h"
#include "flink/exception_text.h"
#include "recorded.h"

using namespace dm::flink;
using dm::status_code;
using dm::test::recorded;

namespace {

dm::io::http_response page(std::string body, long status = 200) {
  dm::io::http_response response;
  response.status = status;
  response.content_type = "text/html";
  response.body = std::move(body);
  return response;
}

const std::string info = "2026-11-23 12:00:00,123 INFO  a.B [] - starting\n";
const std::string error = "2026-11-23 12:00:01,123 ERROR a.B [] - Fatal error.\n";
const std::string trace =
    "java.lang.Exception: outer\n\tat a.B.c(B.java:1)\nCaused by: java.io.IOException: inner\n\tat "
    "a.B.d(B.java:2)\n";

}  // namespace

TEST_CASE("the last 64 KiB of a container's file are asked for") {
  const auto request =
      container_file_request("http://nm:8042/node/containerlogs/c1/pnda", job_manager_log);
  CHECK(request.url == "http://nm:8042/node/containerlogs/c1/pnda/jobmanager.log/?start=-65536");
  CHECK(request.method == "GET");
  CHECK(request.max_body_bytes <= (std::size_t{1} << 20));
}

TEST_CASE("aggregated logs are asked for where the NodeManager redirects to") {
  dm::io::http_response moved = page("", 307);
  const std::string logs = "http://history:19888/jobhistory/logs/nm:8041/c1/c1/pnda";
  for (const std::string& location :
       {logs, logs + "/", logs + "/jobmanager.err", logs + "/jobmanager.err/"}) {
    moved.location = location;
    const auto request = log_server_request(moved, job_manager_err);
    REQUIRE(request);
    CHECK(request->url == logs + "/jobmanager.err/?start=-65536");
  }
  moved.location = logs + "/jobmanager.err/?start=-4096";
  CHECK(log_server_request(moved, job_manager_err)->url == moved.location);
  for (const std::string location : {"", "/relative", "file:///etc/passwd", "https://x/y"}) {
    moved.location = location;
    CHECK_FALSE(log_server_request(moved, job_manager_err));
  }
  moved.location = logs;
  moved.status = 200;
  CHECK_FALSE(log_server_request(moved, job_manager_err));
}

TEST_CASE("what a JVM that could not start wrote, without the warnings of each start") {
  CHECK(last_sentence("Picked up JAVA_TOOL_OPTIONS: -Dx\nSLF4J: Class path contains x\n"
                      "Error opening zip file or JAR manifest missing : /nowhere/agent.jar\n"
                      "Error occurred during initialization of VM\n"
                      "agent library failed to init: instrument\n") ==
        "Error opening zip file or JAR manifest missing : /nowhere/agent.jar Error occurred during "
        "initialization of VM agent library failed to init: instrument");
  CHECK(last_sentence("bash: /nowhere/bin/java: No such file or directory\r\n\n") ==
        "bash: /nowhere/bin/java: No such file or directory");
  CHECK(last_sentence("x\nException in thread \"main\" java.lang.NoClassDefFoundError: a/B\n\tat "
                      "c.D.e(D.java:1)\n") == "java.lang.NoClassDefFoundError: a/B");
  CHECK(last_sentence("").empty());
  CHECK(last_sentence("Picked up JAVA_TOOL_OPTIONS: -Dx\n").empty());
  // -showversion
  CHECK(last_sentence("openjdk version \"17.0.15\" 2025-04-15\n"
                      "OpenJDK Runtime Environment (build 17.0.15+6-Debian-1deb12u1)\n"
                      "OpenJDK 64-Bit Server VM (build 17.0.15+6-Debian-1deb12u1, mixed mode)\n")
            .empty());
  CHECK(last_sentence("java version \"17.0.15\" 2025-04-15 LTS\n"
                      "Java(TM) SE Runtime Environment (build 17.0.15+9-LTS-241)\n"
                      "Java HotSpot(TM) 64-Bit Server VM (build 17.0.15+9-LTS-241, mixed mode)\n")
            .empty());
  CHECK(last_sentence(std::string(1 << 20, 'x')).size() <= 300);
}

TEST_CASE("the log is what stands between the page's pre tags, unescaped") {
  const auto log = read_container_log(
      page("<html><body><p>Showing 64K</p><pre>a &lt;init&gt; &amp; &quot;b&quot; &#39;c&#39; "
           "&amp;lt; &unknown; &\nd</pre></body></html>"));
  REQUIRE(log);
  CHECK(*log == "a <init> & \"b\" 'c' &lt; &unknown; &\nd");
  CHECK(read_container_log(page("<pre></pre>")).value().empty());
}

TEST_CASE("a page without a log is UNAVAILABLE") {
  for (const std::string body :
       {"", "<html>No logs available</html>", "<pre>cut", "</pre><pre>", "cut</pre>"}) {
    CAPTURE(body);
    CHECK(read_container_log(page(body)).error().code == status_code::unavailable);
  }
  CHECK_FALSE(read_container_log(page("<pre>x</pre>", 404)));
  CHECK_FALSE(read_container_log(page("<pre>x</pre>", 500)));
}

TEST_CASE("what ended real JobManagers is found") {
  CHECK(exception_summary(failure_in_log(recorded("jobmanager-1.20.5-missing-savepoint.log")))
            .find("Cannot find checkpoint or savepoint file/directory 'hdfs:///savepoints/nope'") !=
        std::string::npos);
  CHECK(exception_summary(failure_in_log(recorded("jobmanager-1.20.5-incompatible-state.log")))
            .find("Max parallelism mismatch") != std::string::npos);
  CHECK(failure_in_log(recorded("jobmanager-2.3.0-not-a-zip.log")).find("opening jar file") !=
        std::string::npos);
}

TEST_CASE("a restore that fails in the JobManager is never tried again, by what its log says") {
  for (const char* log :
       {"jobmanager-1.20.5-missing-savepoint.log", "jobmanager-1.20.5-incompatible-state.log"}) {
    INFO(log);
    CHECK(permanent(classify_failure(failure_in_log(recorded(log)))));
  }
}

TEST_CASE("an event's own line is not the exception, its stack trace is") {
  const std::string found = failure_in_log(info + error + trace + info);
  CHECK(found.find("inner") != std::string::npos);
  CHECK(found.find("Fatal error") == std::string::npos);
}

TEST_CASE("a job that went to FAILED is found though its line is INFO") {
  CHECK(failure_in_log(info +
                       "2026-11-23 12:00:01,123 INFO  a.G [] - Job x (y) switched from state "
                       "RUNNING to FAILING.\n" +
                       trace)
            .find("inner") != std::string::npos);
  CHECK(failure_in_log("2026-11-23 12:00:01,123 INFO  a.G [] - count (1/1) switched from RUNNING "
                       "to FAILED on c1.\n" +
                       trace)
            .find("inner") != std::string::npos);
}

TEST_CASE("of several failures the last one counts, also when the log breaks off") {
  CHECK(failure_in_log(error + "x.First: one\n\tat a.B.c(B.java:1)\n" + info + error +
                       "x.Last: two\n\tat a.B.c(B.java:1)\n")
            .find("two") != std::string::npos);
  CHECK(failure_in_log(error + "x.First: one\n\tat a.B.c(B.java:1)\n" + error).find("one") !=
        std::string::npos);
  CHECK(failure_in_log(error + trace.substr(0, trace.size() - 1)).find("inner") !=
        std::string::npos);
}

TEST_CASE("a log without a failure tells of none") {
  CHECK(failure_in_log("").empty());
  CHECK(failure_in_log(info + info).empty());
  CHECK(failure_in_log(error).empty());         // no exception
  CHECK(failure_in_log(info + trace).empty());  // a trace that was only mentioned
  CHECK(failure_in_log("\n\n\n").empty());
  CHECK(failure_in_log(std::string(100'000, 'x')).empty());
}

TEST_CASE("a failure that the job has recovered from is not what ended it") {
  const std::string restored =
      "2026-11-23 12:00:02,123 INFO  a.G [] - Job x (y) switched from state RESTARTING to "
      "RUNNING.\n";
  const std::string failed =
      "2026-11-23 12:00:01,123 INFO  a.G [] - Job x (y) switched from state RUNNING to "
      "RESTARTING.\n"
      "2026-11-23 12:00:01,123 INFO  a.G [] - count (1/1) switched from RUNNING to FAILED on "
      "c1.\n" +
      trace;
  CHECK(failure_in_log(failed + restored).empty());
  CHECK(failure_in_log(failed + restored + error + "x.Last: two\n\tat a.B.c(B.java:1)\n")
            .find("two") != std::string::npos);
  // A task that runs again is not yet the job.
  CHECK_FALSE(failure_in_log(failed +
                             "2026-11-23 12:00:02,123 INFO  a.G [] - count (1/1) switched from "
                             "INITIALIZING to RUNNING.\n")
                  .empty());
}

TEST_CASE("the page of another container is at its own node, by the JobManager's port") {
  const std::string page =
      "http://nm1:8042/node/containerlogs/container_1795438290778_0033_01_000001/pnda";
  const std::string other = "container_1795438290778_0033_01_000002";
  CHECK(container_logs_url(page, other, "nm2.example.com") ==
        "http://nm2.example.com:8042/node/containerlogs/" + other + "/pnda");
  CHECK(container_logs_url("https://nm1/node/containerlogs/c/pnda", "container_e17_1_2_3_4", "h") ==
        "https://h/node/containerlogs/container_e17_1_2_3_4/pnda");
  // Nothing that a JobManager says leads to another page than that (INV-8).
  for (const char* id :
       {"", "container_", "container_../x", "container_1/../..", "x", "container_1?a"})
    CHECK(container_logs_url(page, id, "nm2").empty());
  for (const char* host : {"", "a/b", "user@host", "a:1", "h?x", "h#x", "h h"})
    CHECK(container_logs_url(page, other, host).empty());
  for (const char* none : {"", "http://", "http://nm1:8042", "nm1/a/b", "/"})
    CHECK(container_logs_url(none, other, "nm2").empty());
}
