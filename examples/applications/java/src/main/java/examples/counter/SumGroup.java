// Sums up the numbers of a group in keyed state, and gives the sum out once, when the input has ended.
// It checks the sum: a job that lost or repeated a number fails instead of finishing with a wrong result.
// Accumulators: groups, sum, and those of JobContext.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

final class SumGroup extends KeyedProcessFunction<Long, Long, String>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  /** A bounded input ends with this watermark, in both of Flink's runtime modes. */
  private static final long END_OF_INPUT = Long.MAX_VALUE;

  private final long last;
  private final long groups;
  private final String applicationInMain;
  private transient ValueState<Long> sumOfGroup;
  private transient LongCounter groupCount;
  private transient LongCounter sum;
  private transient Counter groupMetric;

  /**
   * @param last the numbers are 1 … last
   * @param groups how many groups they are in
   * @param applicationInMain what main() read in application.properties
   */
  SumGroup(long last, long groups, String applicationInMain) {
    this.last = last;
    this.groups = groups;
    this.applicationInMain = applicationInMain;
  }

  // Not open(): its parameter is another one in Flink 2 than in Flink 1; this one is called before it.
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    sumOfGroup =
        context.getKeyedStateStore().getState(new ValueStateDescriptor<>("sum", Types.LONG));
    groupCount = new LongCounter();
    sum = new LongCounter();
    JobContext.describe(getRuntimeContext(), applicationInMain);
    getRuntimeContext().addAccumulator("groups", groupCount);
    getRuntimeContext().addAccumulator("sum", sum);
    groupMetric = JobContext.metrics(getRuntimeContext()).counter("groups");
  }

  @Override
  public void processElement(Long number, Context context, Collector<String> out)
      throws Exception {
    Long before = sumOfGroup.value();
    if (before == null) {
      context.timerService().registerEventTimeTimer(END_OF_INPUT);
    }
    sumOfGroup.update((before == null ? 0 : before) + number);
  }

  @Override
  public void onTimer(long time, OnTimerContext context, Collector<String> out) throws Exception {
    long group = context.getCurrentKey();
    long found = sumOfGroup.value();
    long expected = Sequence.sum(group, last, groups);
    if (found != expected) {
      throw new IllegalStateException(
          String.format("Group %d sums up to %d, not %d", group, found, expected));
    }
    groupCount.add(1L);
    sum.add(found);
    groupMetric.inc();
    out.collect("group " + group + ": " + found);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {}
}
