// Takes --megabytes N (default 16) of heap with every number and keeps them, until the TaskManager's is used up.
// SPDX-License-Identifier: Apache-2.0
package faults;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class Allocates {
  private static final List<byte[]> KEPT = new ArrayList<>();

  private Allocates() {}

  public static void main(String[] args) throws Exception {
    int megabytes = (int) Numbers.argument(args, "megabytes", 16);
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(
        env,
        Long.MAX_VALUE,
        number -> {
          KEPT.add(new byte[megabytes << 20]);
          return number;
        });
    env.execute("Allocates");
  }
}
