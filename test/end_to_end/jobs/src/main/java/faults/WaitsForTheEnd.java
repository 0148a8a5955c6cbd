// Endless; a timer at the end of time counts the accumulator "fired": it does so only where the job is drained.
// SPDX-License-Identifier: Apache-2.0
package faults;

import org.apache.flink.api.common.accumulators.IntCounter;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

public final class WaitsForTheEnd {
  private WaitsForTheEnd() {}

  /** One timer, whatever comes. */
  private static final class Timer extends KeyedProcessFunction<Integer, Long, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public void processElement(Long number, Context context, Collector<Long> out) {
      context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
      out.collect(number);
    }

    @Override
    public void onTimer(long timestamp, OnTimerContext context, Collector<Long> out) {
      getRuntimeContext().addAccumulator("fired", new IntCounter(1));
    }
  }

  public static void main(String[] args) throws Exception {
    StreamExecutionEnvironment env = Numbers.environment();
    Numbers.through(env, Long.MAX_VALUE, number -> number)
        .keyBy(number -> 0, Types.INT)
        .process(new Timer())
        .returns(Types.LONG)
        .setParallelism(1)
        .name("timer")
        .uid("timer");
    env.execute("WaitsForTheEnd");
  }
}
