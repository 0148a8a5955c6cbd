// Uses a class that is not in the jar: NoClassDefFoundError in a task, or with --in-main 1 in main().
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class LacksClass {
  private LacksClass() {}

  public static void main(String[] args) throws Exception {
    if (Numbers.argument(args, "in-main", 0) != 0) {
      LeftOut.same(0);
    }
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(env, Long.MAX_VALUE, number -> LeftOut.same(number));
    env.execute("LacksClass");
  }
}
