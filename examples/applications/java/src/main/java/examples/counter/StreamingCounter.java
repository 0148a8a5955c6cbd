// Example of a stateful streaming job that needs nothing outside: it counts the numbers 1, 2, 3 … for ever.
// Its state proves its count (CountNumbers), and accumulators and metrics show it.
// One jar for Flink 1.13 to 2.3: only what these have in common is used.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import java.util.Properties;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

public final class StreamingCounter {
  private static final long DEFAULT_CHECKPOINT_INTERVAL_MS = 5_000;
  private static final long HOUR_MS = 3_600_000;

  private StreamingCounter() {}

  /**
   * Arguments, all of the form --name value; application.properties may give them as counter.name:
   *
   * <ul>
   *   <li>rate: numbers a second, 1 to 1000000, default 10
   *   <li>keys: how many keys the numbers are dealt to, 1 to 1024, default 8; cannot change on a restore
   *   <li>limit: the last number, then the job finishes; default: goes on for ever
   *   <li>checkpoint-interval: milliseconds, 0 = no checkpoints; default: what Flink's configuration
   *       says, else 5000
   *   <li>milestones: print every so many events of a key, 0 = never, default 0
   * </ul>
   */
  public static void main(String[] args) throws Exception {
    Properties properties = ApplicationProperties.load("main()");
    Arguments arguments = new Arguments(args, properties);
    boolean intervalGiven = arguments.has("checkpoint-interval");
    final long rate = arguments.number("rate", 10, 1, 1_000_000);
    final long keys = arguments.number("keys", 8, 1, 1024);
    final long limit = arguments.number("limit", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    final long interval =
        arguments.number("checkpoint-interval", DEFAULT_CHECKPOINT_INTERVAL_MS, 0, HOUR_MS);
    final long every = arguments.number("milestones", 0, 0, Long.MAX_VALUE);
    arguments.check();

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    boolean intervalConfigured = env.getCheckpointConfig().isCheckpointingEnabled();
    if (interval > 0 && (intervalGiven || !intervalConfigured)) {
      env.enableCheckpointing(interval);
    }

    // One source, so that the numbers come in order; every operator has a uid, so that a savepoint
    // fits a later version of the job.
    DataStream<Long> numbers =
        env.fromSequence(1, limit)
            .setParallelism(1)
            .name("numbers")
            .uid("numbers")
            .map(new Throttle(rate))
            .setParallelism(1)
            .name("throttle")
            .uid("throttle");
    SingleOutputStreamOperator<Tuple2<Long, Long>> counts =
        numbers
            .keyBy(number -> Sequence.key(number, keys), Types.LONG)
            .process(
                new CountNumbers(keys, ApplicationProperties.shown(properties)),
                Types.TUPLE(Types.LONG, Types.LONG))
            .name("count")
            .uid("count");
    if (every > 0) {
      counts
          .flatMap(new Milestones(every), Types.STRING)
          .name("milestones")
          .uid("milestones")
          .print()
          .name("print")
          .uid("print");
    }

    env.execute("StreamingCounter " + JobContext.version());
  }
}
