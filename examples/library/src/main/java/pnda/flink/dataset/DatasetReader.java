// Reads the files that it is given, one after the other, in the task's own thread: so a checkpoint is between two events.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pnda.flink.event.PndaEvent;

final class DatasetReader implements SourceReader<PndaEvent, FileSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(DatasetReader.class);

  private final SourceReaderContext context;
  private final Selection selection;
  private final BrokenFiles brokenFiles;
  private final Counter broken;
  private final Counter outside;
  private final Deque<FileSplit> waiting = new ArrayDeque<>();
  private boolean asked;
  private boolean noMore;
  private CompletableFuture<Void> available = new CompletableFuture<>();
  private FileSplit split;
  private EventFile file;

  DatasetReader(SourceReaderContext context, Selection selection, BrokenFiles brokenFiles) {
    this.context = context;
    this.selection = selection;
    this.brokenFiles = brokenFiles;
    this.broken = context.metricGroup().counter("brokenFiles");
    this.outside = context.metricGroup().counter("eventsOutsideOfRange");
  }

  @Override
  public void start() {
    // pollNext asks when there is nothing to do.
  }

  @Override
  public InputStatus pollNext(ReaderOutput<PndaEvent> output) throws Exception {
    if (split == null) {
      split = waiting.poll();
    }
    if (split == null) {
      if (noMore) {
        return InputStatus.END_OF_INPUT;
      }
      if (!asked) {
        asked = true;
        context.sendSplitRequest();
      }
      if (available.isDone()) {
        available = new CompletableFuture<>();
      }
      return InputStatus.NOTHING_AVAILABLE;
    }
    try {
      if (file == null) {
        file = new EventFile(split);
      }
      PndaEvent event = file.next();
      if (event == null) {
        finish();
      } else if (selection.hasTime(event.timestamp)) {
        output.collect(event, event.timestamp);
      } else {
        outside.inc();
      }
    } catch (EventFile.Broken e) {
      skip(e, output);
    }
    return InputStatus.MORE_AVAILABLE;
  }

  private void skip(EventFile.Broken problem, ReaderOutput<PndaEvent> output) throws IOException {
    String path = split.path();
    if (brokenFiles == BrokenFiles.FAIL) {
      throw new IllegalStateException("the file " + path + " is broken: " + problem.getMessage(), problem);
    }
    LOG.warn("The file {} is broken, what comes before that is read: {}", path, problem.getMessage());
    broken.inc();
    long time = selection.partitions.start(path);
    finish();
    if (brokenFiles == BrokenFiles.REPORT) {
      Map<String, String> extensions = new TreeMap<>();
      extensions.put(PndaEvent.BROKEN_FILE, path);
      extensions.put(PndaEvent.REASON, problem.getMessage());
      byte[] text = path.getBytes(StandardCharsets.UTF_8);
      output.collect(new PndaEvent(time, "", text, extensions), time);
    }
  }

  private void finish() throws IOException {
    if (file != null) {
      file.close();
    }
    file = null;
    split = null;
  }

  @Override
  public List<FileSplit> snapshotState(long checkpoint) {
    List<FileSplit> state = new ArrayList<>();
    if (split != null) {
      state.add(file == null ? split : file.position());
    }
    state.addAll(waiting);
    return state;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return split != null || !waiting.isEmpty() || noMore ? CompletableFuture.completedFuture(null) : available;
  }

  @Override
  public void addSplits(List<FileSplit> splits) {
    waiting.addAll(splits);
    asked = false;
    available.complete(null);
  }

  @Override
  public void notifyNoMoreSplits() {
    noMore = true;
    available.complete(null);
  }

  @Override
  public void close() throws IOException {
    finish();
  }
}
