// Calls execute() twice: detached, per job, that is two YARN applications from one submission.
// Both jobs are endless; with --seconds N both are bounded (the second starts after the first one if attached).
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class ExecutesTwice {
  private ExecutesTwice() {}

  public static void main(String[] args) throws Exception {
    long seconds = Numbers.argument(args, "seconds", 0);
    long last = seconds == 0 ? Long.MAX_VALUE : seconds * Numbers.RATE;
    for (String name : new String[] {"ExecutesTwice first", "ExecutesTwice second"}) {
      StreamExecutionEnvironment env = Numbers.environment();
      Numbers.through(env, last, number -> number);
      env.execute(name);
    }
  }
}
