// New in counter-1.1.0: passes on every n-th count of a key, and counts how many it passed on in state of its own.
// A savepoint of 1.0.0, which has no such operator, restores as it is; the way back needs
// "allow non-restored state", since 1.0.0 has nowhere to put this operator's state.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.util.Collector;

final class Milestones extends RichFlatMapFunction<Tuple2<Long, Long>, String>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final long every;
  private transient ListState<Long> passed;
  private transient LongCounter milestones;

  /** @param every which counts are milestones: every, 2 every, 3 every … */
  Milestones(long every) {
    this.every = every;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    passed =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("milestones", Types.LONG));
    milestones = new LongCounter();
    for (Long count : passed.get()) {
      milestones.add(count);
    }
    getRuntimeContext().addAccumulator("milestones", milestones);
  }

  @Override
  public void flatMap(Tuple2<Long, Long> keyAndCount, Collector<String> out) {
    if (keyAndCount.f1 % every == 0) {
      milestones.add(1L);
      out.collect("key " + keyAndCount.f0 + " has " + keyAndCount.f1 + " events");
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    passed.clear();
    passed.add(milestones.getLocalValuePrimitive());
  }
}
