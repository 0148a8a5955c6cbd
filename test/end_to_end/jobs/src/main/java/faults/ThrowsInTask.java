// Fails in a task: at once, or after --after N numbers. With --text-length N the message is that long.
// By Flink's default it is restarted for ever (YARN says RUNNING); with restart-strategy.type=none
// (restart-strategy=none before 1.18) the job is FAILED.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class ThrowsInTask {
  public static final String TEXT = "This task fails on purpose";

  private ThrowsInTask() {}

  public static void main(String[] args) throws Exception {
    long after = Numbers.argument(args, "after", 0);
    long length = Numbers.argument(args, "text-length", 0);
    StringBuilder text = new StringBuilder(TEXT);
    while (text.length() < length) {
      text.append('.');
    }
    String message = text.toString();
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(
        env,
        Long.MAX_VALUE,
        number -> {
          if (number > after) {
            throw new IllegalStateException(message);
          }
          return number;
        });
    env.execute("ThrowsInTask");
  }
}
