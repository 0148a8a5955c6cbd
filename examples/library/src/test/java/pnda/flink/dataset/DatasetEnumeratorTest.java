// Who gets which file, with readers that fail and listings that fail.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import org.apache.flink.api.connector.source.ReaderInfo;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetEnumeratorTest {
  @TempDir Path root;

  private final Map<Integer, ReaderInfo> readers = new TreeMap<>();
  /** As "reader name" or "reader -". */
  private final List<String> told = new ArrayList<>();
  private Callable<List<String>> scan;
  private BiConsumer<List<String>, Throwable> scanned;

  @BeforeEach
  void readers() throws IOException {
    readers.put(0, new ReaderInfo(0, "here"));
    readers.put(1, new ReaderInfo(1, "here"));
    file("a");
    file("b");
  }

  private Path file(String name) throws IOException {
    Path file = root.resolve("source=tests/" + name);
    java.nio.file.Files.createDirectories(file.getParent());
    return java.nio.file.Files.createFile(file);
  }

  /** By a proxy: what else the interface has differs between versions of Flink. */
  @SuppressWarnings("unchecked")
  private SplitEnumeratorContext<FileSplit> context() {
    return (SplitEnumeratorContext<FileSplit>)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {SplitEnumeratorContext.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "callAsync":
                  scan = (Callable<List<String>>) arguments[0];
                  scanned = (BiConsumer<List<String>, Throwable>) arguments[1];
                  return null;
                case "registeredReaders":
                  return readers;
                case "assignSplit":
                  told.add(arguments[1] + " " + name((FileSplit) arguments[0]));
                  return null;
                case "signalNoMoreSplits":
                  told.add(arguments[0] + " -");
                  return null;
                default:
                  throw new UnsupportedOperationException(method.getName());
              }
            });
  }

  private static String name(FileSplit split) {
    return split.path().substring(split.path().lastIndexOf('/') + 1);
  }

  private DatasetEnumerator enumerator(long interval, ScanState state) {
    Selection selection =
        new Selection(
            root.toUri().toString(),
            "source",
            Collections.singletonList("tests"),
            Collections.emptyList(),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            ZoneOffset.UTC);
    DatasetEnumerator enumerator = new DatasetEnumerator(context(), new DatasetScan(selection), interval, state);
    scan = null;
    enumerator.start();
    return enumerator;
  }

  private DatasetEnumerator enumerator(long interval) {
    return enumerator(interval, new ScanState(Collections.emptyList(), Collections.emptyList(), false));
  }

  private void look() {
    List<String> found;
    try {
      found = scan.call();
    } catch (Exception e) {
      scanned.accept(null, e);
      return;
    }
    scanned.accept(found, null);
  }

  private List<String> taken() {
    List<String> taken = new ArrayList<>(told);
    told.clear();
    return taken;
  }

  @Test
  void boundedEndsForEachReader() throws IOException {
    DatasetEnumerator enumerator = enumerator(0);
    enumerator.handleSplitRequest(0, "here");
    assertEquals(Collections.emptyList(), taken());
    look();
    assertEquals(Arrays.asList("0 a"), taken());
    enumerator.handleSplitRequest(1, "here");
    enumerator.handleSplitRequest(0, "here");
    assertEquals(Arrays.asList("1 b", "0 -"), taken());
    // After a restart nothing is looked for again.
    DatasetEnumerator restored = enumerator(0, enumerator.snapshotState(1));
    assertEquals(null, scan);
    restored.handleSplitRequest(0, "here");
    assertEquals(Arrays.asList("0 -"), taken());
  }

  @Test
  void readerThatFails() {
    DatasetEnumerator enumerator = enumerator(0);
    enumerator.handleSplitRequest(0, "here");
    look();
    enumerator.handleSplitRequest(1, "here");
    assertEquals(Arrays.asList("0 a", "1 b"), taken());
    readers.remove(0);
    enumerator.addSplitsBack(Collections.singletonList(new FileSplit("file:/x/a", 5, 6)), 0);
    assertEquals(Collections.emptyList(), taken());
    enumerator.handleSplitRequest(0, "here"); // from before it failed
    assertEquals(Collections.emptyList(), taken());
    readers.put(0, new ReaderInfo(0, "here"));
    enumerator.handleSplitRequest(0, "here");
    assertEquals(Arrays.asList("0 a"), taken());
  }

  @Test
  void watched() throws IOException {
    DatasetEnumerator enumerator = enumerator(100);
    look();
    enumerator.handleSplitRequest(0, "here");
    enumerator.handleSplitRequest(0, "here");
    enumerator.handleSplitRequest(0, "here");
    assertEquals(Arrays.asList("0 a", "0 b"), taken());
    look();
    assertEquals(Collections.emptyList(), taken());
    file("c");
    look();
    assertEquals(Arrays.asList("0 c"), taken());
    enumerator.handleSplitRequest(1, "here");
    // A listing that fails: nothing is taken for removed.
    Path away = root.resolveSibling("away");
    java.nio.file.Files.move(root.resolve("source=tests"), away);
    look();
    java.nio.file.Files.move(away, root.resolve("source=tests"));
    look();
    assertEquals(Collections.emptyList(), taken());
    // What is removed is forgotten.
    java.nio.file.Files.delete(root.resolve("source=tests/a"));
    look();
    assertEquals(2, enumerator.snapshotState(1).found.size());
  }

  @Test
  void boundedThatCannotBeListedFails() {
    enumerator(0);
    assertThrows(RuntimeException.class, () -> scanned.accept(null, new IOException("no answer")));
  }

  @Test
  void statesThereAndBack() throws IOException {
    FileSplit split = new FileSplit("hdfs:/a/b c", 7, 8);
    FileSplitSerializer splits = new FileSplitSerializer();
    assertEquals(split, splits.deserialize(splits.getVersion(), splits.serialize(split)));
    ScanStateSerializer states = new ScanStateSerializer();
    ScanState state = new ScanState(Arrays.asList(split), Arrays.asList("x", "y"), true);
    ScanState back = states.deserialize(states.getVersion(), states.serialize(state));
    assertEquals(Arrays.asList(split), new ArrayList<>(back.waiting));
    assertEquals(Arrays.asList("x", "y"), new ArrayList<>(back.found));
    assertEquals(true, back.complete);
    assertThrows(IOException.class, () -> states.deserialize(99, states.serialize(state)));
  }
}
