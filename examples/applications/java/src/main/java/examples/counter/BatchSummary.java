// Example of a bounded batch job that needs nothing outside and ends in seconds.
// It sums up the numbers 1 … n by group, prints a line a group, and shows its result as accumulators.
// One jar for Flink 1.13 to 2.3: only what these have in common is used.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import java.util.Properties;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class BatchSummary {
  private BatchSummary() {}

  /**
   * Arguments, all of the form --name value; application.properties may give them as counter.name:
   *
   * <ul>
   *   <li>numbers: n, 1 to 100000000, default 10000
   *   <li>groups: number of groups, 1 to 1024, default 8
   * </ul>
   *
   * <p>Flink's configuration chooses the runtime: "execution.runtime-mode" BATCH works, too, but its
   * shuffle alone takes 64 MB of every TaskManager, more than a small job has.
   */
  public static void main(String[] args) throws Exception {
    Properties properties = ApplicationProperties.load("main()");
    Arguments arguments = new Arguments(args, properties);
    final long last = arguments.number("numbers", 10_000, 1, 100_000_000);
    final long groups = arguments.number("groups", 8, 1, 1024);
    arguments.check();

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.fromSequence(1, last)
        .name("numbers")
        .uid("numbers")
        .keyBy(number -> Sequence.key(number, groups), Types.LONG)
        .process(new SumGroup(last, groups, ApplicationProperties.shown(properties)), Types.STRING)
        .name("sum")
        .uid("sum")
        .print()
        .name("print")
        .uid("print");
    env.execute("BatchSummary " + JobContext.version());
  }
}
