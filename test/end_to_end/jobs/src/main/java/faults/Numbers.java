// The stream that the faulty jobs build on: the numbers 1, 2, 3 …, so many a second, checkpointed.
// Checkpoints make Flink restart a failing job for ever by default, as it does with real jobs.
// Also reads the one kind of argument they take, "--name number".
// SPDX-License-Identifier: Apache-2.0
package faults;

import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

final class Numbers {
  static final int RATE = 10;
  private static final long CHECKPOINT_INTERVAL_MS = 1_000;

  private Numbers() {}

  /** What happens to a number before it is thrown away. */
  interface Step extends MapFunction<Long, Long> {}

  static StreamExecutionEnvironment environment() {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(CHECKPOINT_INTERVAL_MS);
    return env;
  }

  /** The numbers 1 … last, RATE a second, each of them going through step. */
  static SingleOutputStreamOperator<Long> through(
      StreamExecutionEnvironment env, long last, Step step) {
    return env.fromSequence(1, last)
        .setParallelism(1)
        .name("numbers")
        .uid("numbers")
        .map(
            number -> {
              Thread.sleep(1000 / RATE);
              return step.map(number);
            })
        .returns(Types.LONG)
        .setParallelism(1)
        .name("step")
        .uid("step");
  }

  /** The number after "--name"; fallback if it is not there. */
  static long argument(String[] args, String name, long fallback) {
    List<String> list = Arrays.asList(args);
    int at = list.indexOf("--" + name);
    return at < 0 ? fallback : Long.parseLong(list.get(at + 1));
  }
}
