// Sentences for people out of stack traces, and texts that are none.
// SPDX-License-Identifier: Apache-2.0
#include "flink/exception_text.h"

#include "io/utf8.h"
#include "recorded.h"

#include <catch2/catch.hpp>

using namespace dm::flink;

TEST_CASE("the innermost cause is told") {
  CHECK(exception_summary("org.apache.flink.runtime.JobException: Recovery is suppressed by "
                          "NoRestartBackoffTimeStrategy\n"
                          "\tat a.b.C.d(C.java:1)\n"
                          "Caused by: java.util.concurrent.ExecutionException: x\n\tat "
                          "a.b.C.e(C.java:2)\n\t... 3 more\n"
                          "Caused by: java.lang.IllegalStateException: told to throw\n\tat "
                          "my.Job.map(Job.java:12)\n") ==
        "java.lang.IllegalStateException: told to throw");
}

TEST_CASE("wrappers in one line are taken off") {
  CHECK(exception_summary("java.util.concurrent.CompletionException: "
                          "org.apache.flink.runtime.checkpoint.CheckpointException: Checkpoint "
                          "triggering task Source: "
                          "Custom Source (1/1) of job 7 is not being executed at the moment.") ==
        "org.apache.flink.runtime.checkpoint.CheckpointException: Checkpoint triggering task "
        "Source: Custom Source (1/1) "
        "of job 7 is not being executed at the moment.");
  CHECK(exception_summary("java.lang.RuntimeException: java.io.IOException: disk") ==
        "java.io.IOException: disk");
  CHECK(exception_summary("org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.security."
                          "AccessControlException): "
                          "Permission denied: user=pnda") ==
        "org.apache.hadoop.security.AccessControlException: Permission denied: user=pnda");
}

TEST_CASE("a message of several lines becomes one") {
  CHECK(
      exception_summary("a.B: one\n  two\n\nthree\n\tat a.b.C.d(C.java:1)\nlog line after it\n") ==
      "a.B: one two three");
}

TEST_CASE("an exception without a message is told with its place") {
  CHECK(exception_summary("java.lang.RuntimeException: around\n\tat x.Y.z(Y.java:1)\n"
                          "Caused by: java.lang.NullPointerException\n\tat "
                          "my.Job.map(Job.java:12)\n\tat q.r(S.java:1)\n") ==
        "java.lang.NullPointerException at my.Job.map(Job.java:12)");
  CHECK(exception_summary("java.lang.NullPointerException: null\n\tat my.Job.map(Job.java:12)\n") ==
        "java.lang.NullPointerException at my.Job.map(Job.java:12)");
}

TEST_CASE("a cause that says nothing is told with the one around it") {
  CHECK(exception_summary("java.net.ConnectException: Call From a/1.2.3.4 to rm:8032 failed on "
                          "connection exception\n"
                          "\tat a.B.c(D.java:1)\nCaused by: java.net.ConnectException: Connection "
                          "refused\n\tat x.y(Z.java:1)\n") ==
        "java.net.ConnectException: Call From a/1.2.3.4 to rm:8032 failed on connection exception: "
        "Connection refused");
}

TEST_CASE("suppressed exceptions and their causes are left out") {
  CHECK(exception_summary(
            "a.B: outer\n\tat a.B.c(D.java:1)\n\tSuppressed: x.Y: not me\n\t\tat x.Y.z(Y.java:1)\n"
            "\tCaused by: x.Z: nor me\nCaused by: c.D: me\n\tat c.D.e(D.java:1)\n") == "c.D: me");
}

TEST_CASE("log lines around a trace do not become part of it") {
  CHECK(exception_summary("a.B: text\n\t... 7 more\n2026-11-23 13:10:31,489 INFO  org.apache.flink "
                          "[] - Cancelling\n") == "a.B: text");
  CHECK(exception_summary(
            "a.B: text\n2026-11-23 13:10:31,489 INFO  org.apache.flink [] - Cancelling\n") ==
        "a.B: text");
}

TEST_CASE("the limit holds and no character is split") {
  const std::string text = "a.B: " + [] {
    std::string s;
    for (int i = 0; i < 500; ++i) s += "\xC3\xA9 ";
    return s;
  }();
  const std::string summary = exception_summary(text, 100);
  CHECK(summary.size() <= 100);
  CHECK(dm::io::is_valid_utf8(summary));
}

TEST_CASE("base64 and control characters do not reach people") {
  const std::string base64(5000, 'Q');
  const std::string summary =
      exception_summary("a.B: before \x1B[31m" + base64 + " after\x07", 10'000);
  CHECK(summary.find(std::string(400, 'Q')) == std::string::npos);
  CHECK(summary.find("after") != std::string::npos);
  for (const char c : summary) CHECK(static_cast<unsigned char>(c) >= 0x20);
}

TEST_CASE("what is no stack trace is borne") {
  CHECK(exception_summary("").empty());
  CHECK(exception_summary("\n\n \n").empty());
  CHECK(exception_summary("just words") == "just words");
  CHECK(exception_summary("Caused by: ").size() <= 10);
  CHECK(exception_summary("\tat a.b.C(D.java:1)") == "at a.b.C(D.java:1)");
  const std::string bytes = "\xFF\xFE\x80 x";
  CHECK(dm::io::is_valid_utf8(exception_summary(bytes)));
  CHECK(exception_summary(std::string(1 << 20, 'x')).size() <= 400);
  CHECK(exception_summary("a.B: " + std::string(1 << 20, '\n') + "x") == "a.B: x");
}

TEST_CASE("an endless chain keeps its ends") {
  std::string text = "a.First: outermost\n";
  for (int i = 0; i < 20'000; ++i) text += "Caused by: a.Middle: " + std::to_string(i) + "\n";
  text += "Caused by: a.Last: innermost\n";
  const auto chain = exception_chain(text);
  CHECK(chain.size() <= 32);
  CHECK(chain.front().message == "outermost");
  CHECK(chain.back().message == "innermost");
  CHECK(exception_summary(text) == "a.Last: innermost");
}

TEST_CASE("an outline is small and says the same") {
  std::string text = "org.apache.flink.runtime.JobException: Recovery is suppressed\n";
  for (int i = 0; i < 200; ++i)
    text += "\tat org.apache.flink.Some.frame(Some.java:" + std::to_string(i) + ")\n";
  text +=
      "Caused by: java.lang.NullPointerException\n\tat my.Job.map(Job.java:12)\n\tat "
      "my.Job.other(Job.java:13)\n";
  const std::string outline = exception_outline(text);
  CHECK(outline ==
        "org.apache.flink.runtime.JobException: Recovery is suppressed\n"
        "\tat org.apache.flink.Some.frame(Some.java:0)\n"
        "Caused by: java.lang.NullPointerException\n"
        "\tat my.Job.map(Job.java:12)\n");
  CHECK(exception_summary(outline) == exception_summary(text));
  CHECK(exception_outline(outline) == outline);
}

TEST_CASE("recorded logs of JobManagers") {
  using dm::test::recorded;
  const auto trace = [](const std::string& log) {
    return log.substr(log.find("\norg.apache.flink.util.FlinkException") + 1);
  };
  CHECK(exception_summary(trace(recorded("jobmanager-1.20.5-missing-savepoint.log"))) ==
        "java.io.FileNotFoundException: Cannot find checkpoint or savepoint file/directory "
        "'hdfs:///savepoints/nope' on "
        "file system 'hdfs'.");
  CHECK(exception_summary(trace(recorded("jobmanager-1.20.5-incompatible-state.log")))
            .starts_with(
                "java.lang.IllegalStateException: Failed to rollback to checkpoint/savepoint"));
  CHECK(exception_summary(trace(recorded("jobmanager-2.3.0-not-a-zip.log")))
            .find("Error while opening jar file '") != std::string::npos);
}

TEST_CASE("a summary summarises to itself") {
  const std::string text =
      GENERATE(as<std::string>(), "java.lang.NullPointerException at my.Job.map(Job.java:12)",
               "a.B: text", "just words", "a.B: met at noon", "a.B at noon");
  CHECK(exception_summary(text) == text);
}

TEST_CASE("below a sentence about the whole program the cause may be the only fact") {
  CHECK(exception_summary(
            "org.apache.flink.client.program.ProgramInvocationException: The program's entry point "
            "class 'x.Y' could not be loaded due to a linkage failure.\n\tat a.B.c(D.java:1)\n"
            "Caused by: java.lang.UnsupportedClassVersionError: x/Y has been compiled by a more "
            "recent version of the Java Runtime (class file version 69.0), this version of the "
            "Java Runtime only recognizes class file versions up to 61.0\n"
            "\tat java.base/java.lang.ClassLoader.defineClass1(Native Method)\n") ==
        "org.apache.flink.client.program.ProgramInvocationException: The program's entry point "
        "class 'x.Y' could not be loaded due to a linkage failure.: "
        "java.lang.UnsupportedClassVersionError: x/Y has been compiled by a more recent version of "
        "the Java Runtime (class file version 69.0), this version of the Java Runtime only "
        "recognizes class file versions up to 61.0");
  const std::string log = dm::test::recorded("jobmanager-2.3.0-not-a-zip.log");
  const std::string told =
      exception_summary(log.substr(log.find("org.apache.flink.util.FlinkExc")));
  CHECK(told.find("Error while opening jar file") != std::string::npos);
  CHECK(told.ends_with("java.util.zip.ZipException: zip END header not found"));
}

TEST_CASE("the limit is spent on the cause, not on what stands around it") {
  const std::string told =
      exception_summary("a.B: The program's entry point class '" + std::string(600, 'x') +
                            "' could not be loaded due to a linkage failure.\nCaused by: c.D: "
                            "class file version 69.0, "
                            "up to 61.0\n",
                        200);
  CHECK(told.size() <= 200);
  CHECK(told.ends_with("c.D: class file version 69.0, up to 61.0"));
}

TEST_CASE("YARN's pages in a client's exception are told by their telling part") {
  const auto told = dm::test::recorded("client-2.3.0-not-a-zip.txt");
  CHECK(exception_summary(told.substr(told.find("org.apache.flink.client.deployment"))) ==
        "the JobManager's container ended with exit code 1");
}

TEST_CASE("who threw and who asked for it, by the frames that say so") {
  const auto chain = exception_chain(
      "java.net.ConnectException: Call From a to rm:8032 failed\n"
      "\tat java.base/jdk.internal.reflect.DirectConstructorHandleAccessor.newInstance(D.java:1)\n"
      "\tat org.apache.hadoop.net.NetUtils.wrapWithMessage(NetUtils.java:913)\n"
      "\tat app//org.apache.flink.yarn.YarnClusterDescriptor.x(Y.java:1)\n"
      "\tSuppressed: x.Y: not me\n\t\tat com.acme.X.y(X.java:1)\n"
      "Caused by: java.net.ConnectException: Connection refused\n"
      "\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n\t... 9 more\n");
  REQUIRE(chain.size() == 2);
  CHECK(chain[0].thrower == "org.apache.hadoop.net.NetUtils.wrapWithMessage(NetUtils.java:913)");
  CHECK(chain[0].owner == "org.apache.flink.yarn.YarnClusterDescriptor.x(Y.java:1)");
  CHECK(chain[1].thrower.empty());
  CHECK(chain[1].owner.empty());
  // A message that begins with a class is no proof of that class.
  const auto forged =
      exception_chain("com.acme.X: org.apache.flink.util.StateMigrationException: y");
  CHECK(forged.front().thrown_class == "com.acme.X");
  CHECK(exception_chain("org.apache.hadoop.ipc.RemoteException(java.io.IOException): full")
            .front()
            .thrown_class == "java.io.IOException");
}

TEST_CASE("a frame ends with its place, whatever log4j writes behind it") {
  CHECK(telling_frame("java.lang.Error: boo\n"
                      "\tat faults.Checkpoints.fail(Checkpoints.java:240) ~[faults.jar:?]\n") ==
        "faults.Checkpoints.fail(Checkpoints.java:240)");
}

TEST_CASE("the telling frame is the program's own, where there is one") {
  CHECK(telling_frame("java.lang.IllegalStateException: boo\n"
                      "\tat java.base/java.util.Optional.get(Optional.java:1)\n"
                      "\tat examples.Sensor.read(Sensor.java:9)\n") ==
        "examples.Sensor.read(Sensor.java:9)");
  CHECK(telling_frame("a.Outer: x\n\tat a.B.c(B.java:1)\nCaused by: b.Inner: y\n"
                      "\tat b.C.d(C.java:2)\n") == "b.C.d(C.java:2)");
  CHECK(telling_frame("").empty());
  CHECK(telling_frame("no stack trace at all").empty());
}
