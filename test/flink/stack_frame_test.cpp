// Whose code a frame is.
// SPDX-License-Identifier: Apache-2.0
#include "flink/stack_frame.h"

#include <catch2/catch.hpp>

using namespace dm::flink;

TEST_CASE("modules and class loaders before a frame are taken off") {
  CHECK(without_module("java.base/java.net.Socket.connect(Socket.java:1)") ==
        "java.net.Socket.connect(Socket.java:1)");
  CHECK(without_module("app//com.acme.Job.main(Job.java:1)") == "com.acme.Job.main(Job.java:1)");
  CHECK(without_module("my.Job$$Lambda$14/0x0001.run(Unknown Source)") ==
        "my.Job$$Lambda$14/0x0001.run(Unknown Source)");
  CHECK(without_module("a.B.c(D/E)") == "a.B.c(D/E)");
  CHECK(without_module("").empty());
}

TEST_CASE("who throws for others, who works for others, who is Flink") {
  CHECK(throws_for_others("java.util.Optional.get(O.java:1)"));
  CHECK(throws_for_others("org.apache.flink.util.Preconditions.checkState(P.java:1)"));
  CHECK_FALSE(throws_for_others("org.apache.hadoop.ipc.Client.call(C.java:1)"));
  CHECK(works_for_others("org.apache.hadoop.ipc.Client.call(C.java:1)"));
  CHECK_FALSE(works_for_others("com.acme.Job.main(Job.java:1)"));
  CHECK_FALSE(works_for_others("org.apache.flink.yarn.X.y(X.java:1)"));
  CHECK(of_flink("org.apache.flink.yarn.X.y(X.java:1)"));
  CHECK_FALSE(of_flink("org.apache.flink.connector.kafka.X.y(X.java:1)"));
  CHECK_FALSE(of_flink("com.acme.org.apache.flink.X"));
}
