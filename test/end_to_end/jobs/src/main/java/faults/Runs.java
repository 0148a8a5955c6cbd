// Harmless: runs for --seconds N (default 10) and finishes, or for ever with --seconds 0.
// For a job that must end, or be alive, while a test does something to the machinery around it.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class Runs {
  private Runs() {}

  public static void main(String[] args) throws Exception {
    long seconds = Numbers.argument(args, "seconds", 10);
    long last = seconds == 0 ? Long.MAX_VALUE : seconds * Numbers.RATE;
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(env, last, number -> number);
    env.execute("Runs");
  }
}
