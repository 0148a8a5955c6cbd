// Counts events of each source and hour (UTC), and broken files, in state; the accumulator "counts" shows the state.
// SPDX-License-Identifier: Apache-2.0
package library;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.flink.api.common.accumulators.Accumulator;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.util.Collector;
import pnda.flink.event.PndaEvent;

/** Of parallelism 1. */
final class Counts extends RichFlatMapFunction<PndaEvent, String> implements CheckpointedFunction {
  private static final long serialVersionUID = 1;

  private final long pauseMicros;
  private transient Shown counts;
  private transient ListState<Map<String, Long>> state;
  private transient long read;

  Counts(long pauseMicros) {
    this.pauseMicros = pauseMicros;
  }

  @Override
  public void flatMap(PndaEvent event, Collector<String> out) throws Exception {
    if (pauseMicros > 0 && ++read % 100 == 0) {
      Thread.sleep(pauseMicros / 10);
    }
    if (event.isBrokenFile()) {
      counts.add("broken|" + event.text());
      return;
    }
    counts.add(event.source + "|" + event.time().toString().substring(0, 13));
    counts.values.merge("sum_of_ids", event.json().get("id").asLong(), Long::sum);
    event.extensions.keySet().forEach(name -> counts.add("extension|" + name));
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    state.clear();
    state.add(new TreeMap<>(counts.values));
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counts = new Shown();
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("counts", Types.MAP(Types.STRING, Types.LONG)));
    for (Map<String, Long> before : state.get()) {
      counts.values.putAll(before);
    }
    getRuntimeContext().addAccumulator("counts", counts);
  }

  /** Looked at by another thread, whenever it likes. */
  static final class Shown implements Accumulator<String, ConcurrentSkipListMap<String, Long>> {
    private static final long serialVersionUID = 1;
    private final ConcurrentSkipListMap<String, Long> values = new ConcurrentSkipListMap<>();

    @Override
    public void add(String name) {
      values.merge(name, 1L, Long::sum);
    }

    @Override
    public ConcurrentSkipListMap<String, Long> getLocalValue() {
      return values;
    }

    @Override
    public void resetLocal() {
      values.clear();
    }

    @Override
    public void merge(Accumulator<String, ConcurrentSkipListMap<String, Long>> other) {
      other.getLocalValue().forEach((name, count) -> values.merge(name, count, Long::sum));
    }

    @Override
    public Accumulator<String, ConcurrentSkipListMap<String, Long>> clone() {
      Shown copy = new Shown();
      copy.values.putAll(values);
      return copy;
    }
  }
}
