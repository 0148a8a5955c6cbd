// Recorded failures and what a restart could do about them.
// SPDX-License-Identifier: Apache-2.0
#include "flink/client_output.h"
#include "flink/exception_text.h"
#include "flink/job_manager.h"
#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;
using dm::test::recorded;

TEST_CASE("recorded failures have their class, whole and as the sentence for people") {
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
  CHECK(classify_failure(recorded(name)) == expected);
  const std::string sentence = read_client_output(recorded(name)).exception;
  CHECK(classify_failure(sentence) == expected);
  CHECK(classify_failure(recorded(name) + "\n" + sentence) == expected);
}

TEST_CASE("a submission that went well has no class, and a cause put behind it has its own") {
  const std::string output = recorded("client-1.20.5-runs.txt");
  CHECK(classify_failure(output) == failure_class::unknown);
  CHECK(classify_failure(output + "\njava.lang.IllegalStateException: told to throw") ==
        failure_class::user_exception);
  CHECK(classify_failure(output + "\nthe attached client was lost") == failure_class::unknown);
}

TEST_CASE("failures in logs of JobManagers have their class") {
  CHECK(classify_failure(recorded("jobmanager-1.20.5-missing-savepoint.log")) ==
        failure_class::state_incompatible);
  CHECK(classify_failure(recorded("jobmanager-1.20.5-incompatible-state.log")) ==
        failure_class::state_incompatible);
  CHECK(classify_failure(recorded("jobmanager-2.3.0-not-a-zip.log")) ==
        failure_class::program_invalid);
}

TEST_CASE("recorded exceptions of a job are the program's") {
  for (const char* name : {"rest-1.13.6.exceptions.json", "rest-1.20.5.history.exceptions.json",
                           "rest-2.3.0.exceptions.json"}) {
    const auto exceptions = read_exceptions(dm::test::json_answer(recorded(name)), "http://x");
    REQUIRE(exceptions);
    CHECK(classify_failure(exceptions->root_exception) == failure_class::user_exception);
    CHECK(classify_failure(exceptions->history.front().message) == failure_class::user_exception);
  }
}

TEST_CASE("texts of Flink and YARN") {
  const auto [text, expected] = GENERATE(table<std::string, failure_class>({
      {"java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint hdfs:///x. "
       "Cannot map "
       "checkpoint/savepoint state for operator cbc357ccb763df2852fee8c4fc7d55f2 to the new "
       "program",
       failure_class::state_incompatible},
      {"java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory "
       "'hdfs:///nope' on file system "
       "'hdfs'.",
       failure_class::state_incompatible},
      {"org.apache.flink.util.StateMigrationException: The new state serializer must not be "
       "incompatible",
       failure_class::state_incompatible},
      {"The program didn't contain a Flink job. Perhaps you forgot to call execute() on the "
       "execution environment.",
       failure_class::program_invalid},
      {"Could not build the program from JAR file: JAR file does not exist: -yn",
       failure_class::program_invalid},
      {"org.apache.flink.configuration.IllegalConfigurationException: Sum of configured JVM "
       "Metaspace (96mb) exceed "
       "configured Total Process Memory (64mb).",
       failure_class::program_invalid},
      {"org.apache.hadoop.security.AccessControlException: User pnda does not have permission to "
       "submit "
       "application_1_1 to queue root.x",
       failure_class::queue_refused},
      {"User pnda cannot submit applications to queue root.analytics",
       failure_class::queue_refused},
      {"Queue root.analytics is STOPPED. Cannot accept submission of application: application_1_1",
       failure_class::queue_refused},
      {"Invalid resource request! Cannot allocate containers as requested resource is greater than "
       "maximum allowed "
       "allocation. Requested resource type=[memory-mb]",
       failure_class::no_resources},
      {"org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException: Could not "
       "acquire the minimum "
       "required resources.",
       failure_class::no_resources},
      {"java.net.ConnectException: Call From a/1.2.3.4 to rm:8032 failed: Connection refused",
       failure_class::cluster_lost},
      {"java.util.concurrent.TimeoutException: Heartbeat of TaskManager with id "
       "container_1_1_01_000002(node:1) timed out.",
       failure_class::cluster_lost},
      {"java.lang.Exception: Container released on a *lost* node", failure_class::cluster_lost},
      {"java.lang.NullPointerException at my.Job.map(Job.java:12)", failure_class::user_exception},
      {"org.apache.flink.util.FlinkException: something internal", failure_class::unknown},
      {"", failure_class::unknown},
      {"just words", failure_class::unknown},
  }));
  CAPTURE(text);
  CHECK(classify_failure(text) == expected);
}

TEST_CASE("a retry is pointless where nothing outside the component can help") {
  CHECK(permanent(failure_class::program_invalid));
  CHECK(permanent(failure_class::state_incompatible));
  CHECK(permanent(failure_class::no_restore_point));
  CHECK(permanent(failure_class::queue_refused));
  CHECK_FALSE(permanent(failure_class::unknown));
  CHECK_FALSE(permanent(failure_class::user_exception));
  CHECK_FALSE(permanent(failure_class::no_resources));
  CHECK_FALSE(permanent(failure_class::cluster_lost));
}

TEST_CASE("spellings are read back") {
  for (const failure_class value :
       {failure_class::unknown, failure_class::user_exception, failure_class::program_invalid,
        failure_class::state_incompatible, failure_class::no_restore_point,
        failure_class::no_resources, failure_class::queue_refused, failure_class::cluster_lost}) {
    CHECK(parse_failure_class(to_string(value)) == value);
  }
  CHECK(parse_failure_class("a later version's class") == failure_class::unknown);
}
