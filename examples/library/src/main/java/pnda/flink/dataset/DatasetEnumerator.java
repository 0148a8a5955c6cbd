// Looks for files, once or again and again, and hands them out one by one to readers that ask.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.util.FlinkRuntimeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

final class DatasetEnumerator implements SplitEnumerator<FileSplit, ScanState> {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetEnumerator.class);

  private final SplitEnumeratorContext<FileSplit> context;
  private final DatasetScan scan;
  /** Milliseconds; 0: one scan only. */
  private final long interval;
  private final Deque<FileSplit> waiting;
  private Set<String> found;
  private boolean complete;
  /** Readers that asked and got nothing yet. */
  private final Set<Integer> asking = new LinkedHashSet<>();

  DatasetEnumerator(
      SplitEnumeratorContext<FileSplit> context, DatasetScan scan, long interval, ScanState state) {
    this.context = context;
    this.scan = scan;
    this.interval = interval;
    this.waiting = new ArrayDeque<>(state.waiting);
    this.found = new HashSet<>(state.found);
    this.complete = state.complete;
  }

  @Override
  public void start() {
    if (interval > 0) {
      context.callAsync(scan, this::scanned, 0, interval);
    } else if (!complete) {
      context.callAsync(scan, this::scanned);
    }
  }

  private void scanned(List<String> paths, Throwable failure) {
    if (failure != null) {
      if (interval == 0) {
        throw new FlinkRuntimeException("the dataset cannot be listed: " + failure.getMessage(), failure);
      }
      LOG.warn("The dataset could not be listed; the next try is in {} ms", interval, failure);
      return;
    }
    for (String path : paths) {
      if (!found.contains(path)) {
        waiting.add(new FileSplit(path));
      }
    }
    // What is no longer listed does not come again: else a state would grow for ever. What waits is kept, it is named then.
    found = new HashSet<>(paths);
    waiting.forEach(split -> found.add(split.path()));
    complete = interval == 0;
    serve();
  }

  @Override
  public void handleSplitRequest(int reader, String host) {
    asking.add(reader);
    serve();
  }

  private void serve() {
    for (Iterator<Integer> readers = asking.iterator(); readers.hasNext(); ) {
      int reader = readers.next();
      if (!context.registeredReaders().containsKey(reader)) {
        readers.remove(); // it failed, and asks again when it is back
      } else if (!waiting.isEmpty()) {
        readers.remove();
        context.assignSplit(waiting.poll(), reader);
      } else if (complete) {
        readers.remove();
        context.signalNoMoreSplits(reader);
      }
    }
  }

  @Override
  public void addSplitsBack(List<FileSplit> splits, int reader) {
    for (int i = splits.size() - 1; i >= 0; i--) {
      waiting.addFirst(splits.get(i));
    }
    serve();
  }

  @Override
  public void addReader(int reader) {
    // It asks by itself.
  }

  @Override
  public ScanState snapshotState(long checkpoint) {
    return new ScanState(new ArrayDeque<>(waiting), new HashSet<>(found), complete);
  }

  @Override
  public void close() {}
}
