// Stays in main() for --seconds N (default 30) before it submits an endless job.
// For killing things while the client is submitting.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class SlowMain {
  private SlowMain() {}

  public static void main(String[] args) throws Exception {
    Thread.sleep(1000 * Numbers.argument(args, "seconds", 30));
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(env, Long.MAX_VALUE, number -> number);
    env.execute("SlowMain");
  }
}
