// Turns the sum of a group into a line of text, checks it, and adds it to the job's accumulators.
// A job that lost or repeated a number fails instead of finishing with a wrong result.
// Accumulators: groups, sum, and those of JobContext.
package examples.counter;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

final class Summarise extends RichMapFunction<Tuple2<Long, Long>, String>
    implements CheckpointedFunction {
  private static final long serialVersionUID = 1L;

  private final long last;
  private final long groups;
  private final String applicationInMain;
  private transient LongCounter groupCount;
  private transient LongCounter sum;
  private transient Counter groupMetric;

  /**
   * @param last the numbers are 1 … last
   * @param groups how many groups they are in
   * @param applicationInMain what main() read in application.properties
   */
  Summarise(long last, long groups, String applicationInMain) {
    this.last = last;
    this.groups = groups;
    this.applicationInMain = applicationInMain;
  }

  // There is no state to initialise. It serves in place of open(), whose parameter is another one in
  // Flink 2 than in Flink 1.
  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    groupCount = new LongCounter();
    sum = new LongCounter();
    JobContext.describe(getRuntimeContext(), applicationInMain);
    getRuntimeContext().addAccumulator("groups", groupCount);
    getRuntimeContext().addAccumulator("sum", sum);
    groupMetric = JobContext.metrics(getRuntimeContext()).counter("groups");
  }

  @Override
  public String map(Tuple2<Long, Long> group) {
    long expected = Sequence.sum(group.f0, last, groups);
    if (group.f1 != expected) {
      throw new IllegalStateException(
          String.format("Group %d sums up to %d, not %d", group.f0, group.f1, expected));
    }
    groupCount.add(1L);
    sum.add(group.f1);
    groupMetric.inc();
    return "group " + group.f0 + ": " + group.f1;
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) {}
}
