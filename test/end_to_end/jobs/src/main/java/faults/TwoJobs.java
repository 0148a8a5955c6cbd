// Two endless jobs at once in one application, which only application mode makes possible.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class TwoJobs {
  private TwoJobs() {}

  public static void main(String[] args) throws Exception {
    for (String name : new String[] {"TwoJobs first", "TwoJobs second"}) {
      StreamExecutionEnvironment env = Numbers.environment();
      Numbers.through(env, Long.MAX_VALUE, number -> number);
      env.executeAsync(name);
    }
  }
}
