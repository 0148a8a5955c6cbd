// Files that YARN could not bring to a container's node: whose trouble it was, and the line that
// says so, in a text whose beginning is cut off.
#include "flink/localization_failure.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "flink/yarn_diagnostics.h"

using namespace dm::flink;

namespace {

std::string around(const std::string& of_node) {
  return "Application application_1_1 failed 1 times (global limit =2; local limit is =1) due to "
         "AM Container for appattempt_1_1_000001 exited with  exitCode: -1000\nFailing this "
         "attempt.Diagnostics: " +
         of_node +
         "For more detailed output, check the application tracking page: "
         "http://rm:8088/cluster/app/application_1_1 Then click on links to logs of each "
         "attempt.\n. Failing the application.";
}

const std::string frames =
    "\tat org.apache.hadoop.ipc.ProtobufRpcEngine2$Invoker.invoke(ProtobufRpcEngine2.java:258)\n"
    "\tat java.base/java.lang.Thread.run(Thread.java:829)\n";
const std::string jar = "hdfs://nn/pnda/flink-libraries/1.20.5-0123456789abcdef/lib/a.jar";

std::string blanks(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return text;
}

bool has(const std::string& text, const std::string& words) {
  return text.find(words) != std::string::npos;
}

}  // namespace

TEST_CASE("files that HDFS or the node could not give are no fault of the program's") {
  const std::string line = GENERATE(
      as<std::string>{},
      "org.apache.hadoop.hdfs.BlockMissingException: Could not obtain block: "
      "BP-1-127.0.0.1-2:blk_1 "
      "file=/pnda/flink-libraries/a.jar No live nodes contain current block Block locations:",
      "java.net.ConnectException: Call From node/10.0.0.1 to nn:8020 failed on connection "
      "exception: java.net.ConnectException: Connection refused; For more details see:  "
      "http://wiki.apache.org/hadoop/ConnectionRefused",
      "org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.ipc.StandbyException): Operation "
      "category READ is not supported in state standby. Visit https://s.apache.org/sbnn-error",
      "org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.ipc.RetriableException): "
      "org.apache.hadoop.hdfs.server.namenode.SafeModeException: Zero blocklocations for /a.jar. "
      "Name node is in safe mode.",
      "java.net.NoRouteToHostException: No Route to Host from  node/10.0.0.1 to nn:8020 failed",
      "java.net.SocketTimeoutException: 60000 millis timeout while waiting for channel",
      "org.apache.hadoop.net.ConnectTimeoutException: 20000 millis timeout",
      "java.nio.channels.ClosedChannelException",
      "java.io.EOFException: End of File Exception between local host is: \"node/10.0.0.1\"; "
      "destination host is: \"nn\":8020;",
      "java.io.IOException: DestHost:destPort nn:8020 , LocalHost:localPort node/10.0.0.1:0. "
      "Failed "
      "on local exception: java.io.IOException: Connection reset by peer",
      "org.apache.hadoop.util.DiskChecker$DiskErrorException: Could not find any valid local "
      "directory for nmPrivate/container_1_1_01_000001.tokens",
      "java.io.IOException: Resource " + jar + " changed on src filesystem (expected 1, was 2",
      "java.io.IOException: Resource " + jar +
          " is not publicly accessible and as such cannot be part of the public cache.",
      "java.io.FileNotFoundException: File does not exist: " + jar,
      "org.apache.hadoop.security.AccessControlException: Permission denied: user=app, "
      "access=EXECUTE, inode=\"/pnda\":hdfs:hdfs:drwx------");
  CAPTURE(line);
  const std::string whole = "[2026-11-26 10:00:00.123]words\n" + line + "\n" + frames;
  const std::string below = "java.io.IOException: something\n" + frames + "Caused by: " + line +
                            "\n" + frames + "\t... 12 more\n";
  for (const std::string& text : {around(whole), around(below), whole, below}) {
    CHECK(read_localization_failure(text).failure == failure_class::cluster_not_ready);
  }
  CHECK(read_yarn_diagnostics(around(below)).failure == failure_class::cluster_not_ready);
  CHECK(read_task_manager_exit(-1000, whole, -1, -1).failure == failure_class::cluster_not_ready);
  if (has(line, ": "))
    CHECK(read_localization_failure(blanks(around(below))).failure ==
          failure_class::cluster_not_ready);
}

TEST_CASE("what none of the list says is not known, whatever a name or a message looks like") {
  for (const char* line : {
           "java.util.zip.ZipException: zip END header not found",
           "java.io.EOFException: Unexpected end of ZLIB input stream",
           "java.io.IOException: Unable to unpack",
           "my.java.net.ConnectException: x",
           "java.net.ConnectExceptions: x",
           "java.io.IOException: Unable to rename hdfs://nn/a/java.net.ConnectException to x",
           "java.io.IOException: a file called java.net.ConnectException",
       }) {
    CAPTURE(line);
    CHECK(read_localization_failure(around(std::string(line) + "\n" + frames)).failure ==
          failure_class::unknown);
  }
  CHECK(read_localization_failure("").failure == failure_class::unknown);
  CHECK(read_localization_failure("").sentence.empty());
}

TEST_CASE("a text whose beginning YARN cut off is told by what was thrown, not by a torn frame") {
  const std::string text =
      "oke(ProtobufRpcEngine2.java:258)\n" + frames +
      "Caused by: org.apache.hadoop.hdfs.BlockMissingException: Could not obtain block: "
      "BP-1-127.0.0.1-2:blk_1 file=/pnda/a.jar\n" +
      frames + "\t... 12 more\n";
  const std::string expected =
      "the files of the JobManager's container could not be brought to its node (YARN's code "
      "-1000): org.apache.hadoop.hdfs.BlockMissingException: Could not obtain block: "
      "BP-1-127.0.0.1-2:blk_1 file=/pnda/a.jar";
  CHECK(read_yarn_diagnostics(around(text)).sentence == expected);
  CHECK(read_yarn_diagnostics(blanks(around(text))).sentence == expected);
  // Frames alone tell nothing.
  CHECK(read_localization_failure(around("258)\n" + frames)).sentence.empty());
  CHECK(read_localization_failure(around("oke(ProtobufRpcEngine2.java:258)\n" + frames))
            .sentence.empty());
}

TEST_CASE("the innermost cause is told, with the one around it where it says too little") {
  const std::string text =
      "java.net.ConnectException: Call From node/10.0.0.1 to nn:8020 failed\n" + frames +
      "Caused by: java.net.ConnectException: Connection refused\n" + frames;
  CHECK(read_localization_failure(around(text)).sentence ==
        "java.net.ConnectException: Call From node/10.0.0.1 to nn:8020 failed: Connection refused");
}

TEST_CASE("the file is named, whichever line has its address") {
  const std::string start = "[2026-11-26 10:00:00.123]Failed to download resource { { " + jar +
                            ", 1, FILE, null },pending,[(container_1_1_01_000001)],1,DOWNLOADING}";
  CHECK(
      read_localization_failure(around(start + "\njava.net.SocketTimeoutException: 60000 millis\n"))
          .sentence == jar + ": java.net.SocketTimeoutException: 60000 millis");
  const localization_failure one_line =
      read_localization_failure(around(start + " java.io.IOException: Resource " + jar +
                                       " changed on src filesystem (expected 1, was 2\n"));
  CHECK(one_line.failure == failure_class::cluster_not_ready);
  CHECK(has(one_line.sentence, jar));
  // The address of a file system alone is no file's.
  CHECK(read_localization_failure("java.io.IOException: hdfs://nn:8020 or hdfs://nn2/ is away")
            .sentence == "java.io.IOException: hdfs://nn:8020 or hdfs://nn2/ is away");
}

TEST_CASE("any text of YARN's is borne, and what is told has its limits") {
  for (const std::string& text :
       {std::string(1 << 20, '\xFF'), std::string(1 << 18, '('), std::string(1 << 18, '\n'),
        "hdfs://" + std::string(1 << 16, 'x') + "/" + std::string(1 << 16, 'y'),
        std::string("hdfs://"), std::string(" at "), std::string(" at x"), std::string("[")}) {
    CHECK(read_localization_failure(text).sentence.size() <= 300);
    CHECK(read_yarn_diagnostics(around(text)).sentence.size() <= 400);
  }
  std::string many;
  for (int i = 0; i < 20000; ++i) many += " at a.B.c(B.java:1)";
  CHECK(read_localization_failure(many).sentence.empty());
}
