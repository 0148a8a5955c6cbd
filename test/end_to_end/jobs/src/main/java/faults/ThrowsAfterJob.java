// Runs a job to its end, --seconds N (default 3), and fails in main() afterwards.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class ThrowsAfterJob {
  private ThrowsAfterJob() {}

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(env, Numbers.argument(args, "seconds", 3) * Numbers.RATE, number -> number);
    env.execute("ThrowsAfterJob");
    throw new IllegalStateException("This main() fails on purpose after its job");
  }
}
