// What real clients printed: ids and the failure's sentence.
// SPDX-License-Identifier: Apache-2.0
#include "flink/client_output.h"

#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;
using dm::test::recorded;
using ids = std::vector<std::string>;

TEST_CASE("a submission that went well, with the noise of Hadoop's shutdown hook") {
  const auto output = read_client_output(recorded("client-1.20.5-runs.txt"));
  CHECK(output.application_ids == ids{"application_1795438290778_0032"});
  CHECK(output.job_ids == ids{"fa7939a0a195fe244d60b7911784265b"});
  CHECK(output.exception.empty());
}

TEST_CASE("a program that executes twice makes two applications") {
  const auto output = read_client_output(recorded("client-1.20.5-executes-twice.txt"));
  CHECK(output.application_ids ==
        ids{"application_1795438290778_0035", "application_1795438290778_0036"});
  CHECK(output.job_ids.size() == 2);
  CHECK(output.exception.empty());
}

TEST_CASE("application mode prints no job id") {
  const auto output = read_client_output(recorded("client-2.3.0-throws-in-task.txt"));
  CHECK(output.application_ids == ids{"application_1795438290778_0064"});
  CHECK(output.job_ids.empty());
  CHECK(output.exception.empty());
}

TEST_CASE("a program that executes nothing prints nothing and ends with 0") {
  const auto output = read_client_output(recorded("client-1.20.5-never-executes.txt"));
  CHECK(output.application_ids.empty());
  CHECK(output.job_ids.empty());
  CHECK(output.exception.empty());
}

TEST_CASE("failures are told in one sentence") {
  const auto [name, sentence] = GENERATE(table<std::string, std::string>({
      {"client-1.20.5-throws-in-main.txt",
       "java.lang.IllegalStateException: This main() fails on purpose"},
      {"client-1.13.6-throws-in-main.txt",
       "java.lang.IllegalStateException: This main() fails on purpose"},
      {"client-1.20.5-missing-class.txt",
       "org.apache.flink.client.program.ProgramInvocationException: The program's entry point "
       "class 'faults.Nope' was not "
       "found in the jar file."},
      {"client-1.13.6-missing-class.txt",
       "org.apache.flink.client.program.ProgramInvocationException: The program's entry point "
       "class 'faults.Nope' was not "
       "found in the jar file."},
      {"client-1.20.5-missing-jar.txt",
       "Could not get job jar and dependencies from JAR file: JAR file does not exist: "
       "/tmp/nosuch.jar"},
      {"client-1.20.5-not-a-zip.txt",
       "Could not get job jar and dependencies from JAR file: Error while opening jar file "
       "'/tmp/nozip.jar'"},
      {"client-1.13.6-not-a-zip.txt",
       "Could not get job jar and dependencies from JAR file: Error while opening jar file "
       "'/tmp/nozip.jar'"},
      {"client-1.20.5-removed-option.txt",
       "Could not get job jar and dependencies from JAR file: JAR file does not exist: -yn"},
      {"client-1.20.5-option-value.txt", "Missing argument for option: c"},
      {"client-1.20.5-unknown-queue.txt",
       "org.apache.hadoop.yarn.exceptions.YarnException: Failed to submit "
       "application_1795438290778_0027 to YARN : "
       "Application application_1795438290778_0027 submitted by user pnda to unknown queue: "
       "nosuch"},
      {"client-1.20.5-too-much-memory.txt",
       "org.apache.flink.yarn.YarnClusterDescriptor$YarnDeploymentException: The cluster does not "
       "have the requested "
       "resources for the JobManager available! Maximum Memory: 6144MB Requested: 90000MB. Please "
       "check the "
       "'yarn.scheduler.maximum-allocation-mb' and the 'yarn.nodemanager.resource.memory-mb' "
       "configuration values"},
      {"client-2.3.0-nested-scope2.txt",
       "java.lang.ClassCastException: class java.lang.String cannot be cast to class java.util.Map "
       "(java.lang.String and "
       "java.util.Map are in module java.base of loader 'bootstrap')"},
      {"client-1.20.5-python-raises.txt", "ValueError: This program fails on purpose"},
      {"client-1.20.5-python-module.txt", "ModuleNotFoundError: No module named 'nosuchmodule'"},
      {"client-1.20.5-python-queue.txt",
       "org.apache.hadoop.yarn.exceptions.YarnException: Failed to submit "
       "application_1795438290778_0088 to YARN : "
       "Application application_1795438290778_0088 submitted by user pnda to unknown queue: "
       "nosuch"},
      {"client-1.20.5-py-args.txt",
       "java.lang.RuntimeException: Python process exits with code: 1"},
  }));
  CAPTURE(name);
  CHECK(read_client_output(recorded(name)).exception == sentence);
}

TEST_CASE("other versions' queue refusals") {
  for (const char* name : {"client-1.13.6-unknown-queue.txt", "client-2.3.0-unknown-queue.txt"}) {
    CAPTURE(name);
    CHECK(read_client_output(recorded(name)).exception.find("to unknown queue: nosuch") !=
          std::string::npos);
  }
}

TEST_CASE("a program without a job, as older clients say it") {
  const auto output = read_client_output(
      "\nThe program didn't contain a Flink job. Perhaps you forgot to call execute() on the "
      "execution environment.\n");
  CHECK(output.exception ==
        "The program didn't contain a Flink job. Perhaps you forgot to call execute() on the "
        "execution environment.");
}

TEST_CASE("ids that the client did not announce are not taken") {
  const auto output = read_client_output(
      "my program once knew application_1795438290778_0001\nSubmitted application application_x_1\n"
      "Submitted application application_1_\nSubmitted application application_\n"
      "Job has been submitted with JobID 1234\nJob has been submitted with JobID "
      "00112233445566778899aabbccddeeff0\n"
      "Job has been submitted with JobID 00112233445566778899AABBCCDDEEFF\n");
  CHECK(output.application_ids.empty());
  CHECK(output.job_ids.empty());
}

TEST_CASE("anything is borne") {
  CHECK(read_client_output("").exception.empty());
  CHECK(read_client_output(std::string(1 << 20, '\n')).application_ids.empty());
  CHECK(read_client_output("The program finished with the following exception:").exception.empty());
  CHECK(read_client_output("Use the help option (-h or --help) to get help on the command.")
            .exception.empty());
  CHECK(read_client_output(std::string("\0\xFF\x80", 3)).job_ids.empty());
}
