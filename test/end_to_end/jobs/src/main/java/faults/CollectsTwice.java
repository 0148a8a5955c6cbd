// Collects the results of two jobs in main(), one after the other, and checks them: what only an attached client can do.
// SPDX-License-Identifier: Apache-2.0
package faults;

import java.util.List;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class CollectsTwice {
  private CollectsTwice() {}

  public static void main(String[] args) throws Exception {
    for (long last : new long[] {10, 20}) {
      StreamExecutionEnvironment env = Numbers.environment();
      List<Long> collected =
          Numbers.through(env, last, number -> number)
              .executeAndCollect("CollectsTwice to " + last, 1_000);
      long sum = collected.stream().mapToLong(Long::longValue).sum();
      if (sum != last * (last + 1) / 2) {
        throw new IllegalStateException("1 to " + last + " were collected as " + collected);
      }
    }
  }
}
