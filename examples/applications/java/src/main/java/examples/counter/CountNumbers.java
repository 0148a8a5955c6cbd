// Counts the numbers of each key in keyed state, and checks that none is missing and none comes twice.
// The check holds across checkpoints, savepoints, restarts and other parallelisms, because the state is
// all that is known of the past: a restore of wrong or no state fails with the next number.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

final class CountNumbers extends KeyedProcessFunction<Long, Long, Tuple2<Long, Long>>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final long keys;
  private final String applicationInMain;

  /** Of the current key: how many numbers it got. */
  private transient ValueState<Long> countOfKey;

  /** Of this subtask, in the checkpoint: (events, sum). Merged by adding when parallelism changes. */
  private transient ListState<Tuple2<Long, Long>> totals;

  private transient LongCounter events;
  private transient LongCounter sum;

  /**
   * @param keys how many keys there are; part of the state's meaning, so it cannot change on a restore
   * @param applicationInMain what main() read in application.properties
   */
  CountNumbers(long keys, String applicationInMain) {
    this.keys = keys;
    this.applicationInMain = applicationInMain;
  }

  // Not open(): its parameter is another one in Flink 2 than in Flink 1; this one is called before it.
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    countOfKey =
        context.getKeyedStateStore().getState(new ValueStateDescriptor<>("count", Types.LONG));
    totals =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("totals", Types.TUPLE(Types.LONG, Types.LONG)));
    events = new LongCounter();
    sum = new LongCounter();
    for (Tuple2<Long, Long> total : totals.get()) {
      events.add(total.f0);
      sum.add(total.f1);
    }

    JobContext.describe(getRuntimeContext(), applicationInMain);
    final long restored = events.getLocalValuePrimitive();
    getRuntimeContext().addAccumulator("events", events);
    getRuntimeContext().addAccumulator("sum", sum);
    getRuntimeContext().addAccumulator("restored_from", new LongCounter(restored));
    MetricGroup metrics = JobContext.metrics(getRuntimeContext());
    final LongCounter counted = events;
    metrics.gauge("events", () -> counted.getLocalValuePrimitive());
    metrics.gauge("restored_from", () -> restored);
  }

  @Override
  public void processElement(Long number, Context context, Collector<Tuple2<Long, Long>> out)
      throws Exception {
    long key = context.getCurrentKey();
    long count = countOfKey.value() == null ? 0 : countOfKey.value();
    long expected = Sequence.next(key, count, keys);
    if (number != expected) {
      throw new IllegalStateException(
          String.format(
              "Inconsistent count: key %d of %d has %d events, so number %d must come next, but %d came: "
                  + "%s. The state does not belong to this place in the sequence "
                  + "(or --keys is not what it was).",
              key,
              keys,
              count,
              expected,
              number,
              number > expected ? "events were lost" : "events were repeated"));
    }
    countOfKey.update(count + 1);
    events.add(1L);
    sum.add(number);
    out.collect(Tuple2.of(key, count + 1));
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    totals.clear();
    totals.add(Tuple2.of(events.getLocalValuePrimitive(), sum.getLocalValuePrimitive()));
  }
}
