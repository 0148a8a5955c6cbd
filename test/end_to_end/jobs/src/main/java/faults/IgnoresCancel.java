// A task that does not let itself be cancelled for --seconds N (default 20): cancelling and stopping take that long.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class IgnoresCancel {
  private IgnoresCancel() {}

  public static void main(String[] args) throws Exception {
    long seconds = Numbers.argument(args, "seconds", 20);
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(
        env,
        Long.MAX_VALUE,
        number -> {
          long end = System.nanoTime() + seconds * 1_000_000_000L;
          while (System.nanoTime() < end) {
            try {
              Thread.sleep(100);
            } catch (InterruptedException e) {
              // this is the fault
            }
          }
          return number;
        });
    env.execute("IgnoresCancel");
  }
}
