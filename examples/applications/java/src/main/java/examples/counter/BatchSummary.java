// Example of a bounded batch job that needs nothing outside and ends in seconds.
// It sums up the numbers 1 … n by group, prints a line a group, and shows its result as accumulators.
// One jar for Flink 1.13 to 2.3: only what these have in common is used.
package examples.counter;

import java.util.Properties;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
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
   */
  public static void main(String[] args) throws Exception {
    Properties properties = ApplicationProperties.load("main()");
    Arguments arguments = new Arguments(args, properties);
    final long last = arguments.number("numbers", 10_000, 1, 100_000_000);
    final long groups = arguments.number("groups", 8, 1, 1024);
    arguments.check();

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.setRuntimeMode(RuntimeExecutionMode.BATCH);
    env.fromSequence(1, last)
        .name("numbers")
        .map(number -> Tuple2.of(Sequence.key(number, groups), number))
        .returns(Types.TUPLE(Types.LONG, Types.LONG))
        .name("group")
        .keyBy(group -> group.f0, Types.LONG)
        .reduce((a, b) -> Tuple2.of(a.f0, a.f1 + b.f1))
        .name("sum")
        .map(new Summarise(last, groups, ApplicationProperties.shown(properties)))
        .returns(Types.STRING)
        .name("summarise")
        .print()
        .name("print");
    env.execute("BatchSummary " + JobContext.version());
  }
}
