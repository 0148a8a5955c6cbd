// The source in real jobs on Flink's mini cluster: bounded and watched, across failures, a savepoint and another parallelism.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pnda.flink.event.EventTime;
import pnda.flink.event.PndaEvent;

@Timeout(300)
class MasterDatasetTest {
  private static final long START = Instant.parse("2026-11-02T00:00:00Z").toEpochMilli();
  private static final int FILES = 30;
  private static final int EACH = 40;

  @TempDir Path root;

  /** Thirty hours, a file each, with the ids 0 … 1199, in turn of each envelope. */
  @BeforeEach
  void dataset() throws IOException {
    Failing.failures.set(0);
    Failing.seenInAll.set(0);
    for (int hour = 0; hour < FILES; hour++) {
      file(hour);
    }
  }

  private Path file(int hour) throws IOException {
    String[] schemas = {Files.PLAIN, Files.OLD, Files.EXTENDED};
    String place = "datasets/source=tests/year=2026/month=11/day=%02d/hour=%02d/%d.avro";
    // Whole or not at all: a watcher may look at any moment.
    Path written = Files.write(root.resolve("written"), schemas[hour % 3], START + hour * 3_600_000L, hour * EACH, EACH, 7);
    Path file = root.resolve(String.format(place, 2 + hour / 24, hour % 24, hour));
    java.nio.file.Files.createDirectories(file.getParent());
    return java.nio.file.Files.move(written, file);
  }

  private MasterDataset.Builder tests() {
    return MasterDataset.builder(root.toUri().toString()).source("tests");
  }

  private static StreamExecutionEnvironment environment(int parallelism, String... more) {
    Configuration configuration = new Configuration();
    configuration.setString("restart-strategy", "fixed-delay");
    configuration.setString("restart-strategy.type", "fixed-delay");
    configuration.setString("restart-strategy.fixed-delay.attempts", "10");
    configuration.setString("restart-strategy.fixed-delay.delay", "10 ms");
    for (int i = 0; i < more.length; i += 2) {
      configuration.setString(more[i], more[i + 1]);
    }
    return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
  }

  private static List<PndaEvent> run(MasterDataset dataset, StreamExecutionEnvironment env) throws Exception {
    List<PndaEvent> found = new ArrayList<>();
    try (CloseableIterator<PndaEvent> events =
        env.fromSource(dataset, EventTime.watermarks(Duration.ofHours(2)), "tests").executeAndCollect("tests")) {
      events.forEachRemaining(found::add);
    }
    return found;
  }

  private static List<Integer> ids(List<PndaEvent> events) {
    return events.stream().filter(one -> !one.isBrokenFile()).map(MasterDatasetTest::id).sorted().collect(Collectors.toList());
  }

  private static int id(PndaEvent event) {
    try {
      return event.json().get("id").asInt();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Integer> numbers(int first, int end) {
    return IntStream.range(first, end).boxed().collect(Collectors.toList());
  }

  @Test
  void boundedWithARange() throws Exception {
    assertEquals(numbers(0, FILES * EACH), ids(run(tests().build(), environment(2))));
    // In the middle of the files of the hours 3 and 5.
    Instant from = Instant.ofEpochMilli(START + 3 * 3_600_000L + 10);
    MasterDataset some = tests().from(from).until(Instant.ofEpochMilli(START + 5 * 3_600_000L + 5)).build();
    assertEquals(numbers(3 * EACH + 10, 5 * EACH + 5), ids(run(some, environment(3))));
    MasterDataset named = tests().path("year=2026/month=11/day=03/hour=0[01]").build();
    assertEquals(numbers(24 * EACH, 26 * EACH), ids(run(named, environment(1))));
  }

  @Test
  void brokenFiles() throws Exception {
    Path cut = file(FILES);
    Files.cut(cut, 20); // 40 events in blocks of 7: 35 of them are whole
    Path text = cut.resolveSibling("text");
    java.nio.file.Files.write(text, Collections.singletonList("no Avro"));
    java.nio.file.Files.createFile(cut.resolveSibling("_SUCCESS"));
    List<Integer> readable = numbers(0, FILES * EACH + 35);
    assertEquals(readable, ids(run(tests().build(), environment(2))));
    List<PndaEvent> reported = run(tests().brokenFiles(BrokenFiles.REPORT).build(), environment(2));
    assertEquals(readable, ids(reported));
    Set<String> named = new HashSet<>();
    for (PndaEvent event : reported) {
      if (event.isBrokenFile()) {
        named.add(java.nio.file.Paths.get(java.net.URI.create(event.text())).toString());
        assertTrue(event.extensions.containsKey(PndaEvent.REASON));
      }
    }
    assertEquals(new HashSet<>(Arrays.asList(cut.toString(), text.toString())), named);
    assertEquals(2, reported.stream().filter(PndaEvent::isBrokenFile).count());
    MasterDataset strict = tests().brokenFiles(BrokenFiles.FAIL).build();
    StreamExecutionEnvironment once = environment(1, "restart-strategy", "none", "restart-strategy.type", "none");
    Exception told = assertThrows(Exception.class, () -> run(strict, once));
    StringBuilder all = new StringBuilder();
    for (Throwable cause = told; cause != null; cause = cause.getCause()) {
      all.append(cause.getMessage());
    }
    assertTrue(all.toString().contains("is broken"), all.toString());
  }

  @Test
  void builderSaysWhatIsWrong() {
    assertThrows(IllegalArgumentException.class, () -> MasterDataset.builder().build());
    assertThrows(IllegalArgumentException.class, () -> tests().topic("other"));
    assertThrows(IllegalArgumentException.class, () -> tests().source("a/b"));
    assertThrows(IllegalArgumentException.class, () -> tests().from(Instant.EPOCH).until(Instant.EPOCH).build());
    assertThrows(IllegalArgumentException.class, () -> tests().watched(Duration.ZERO));
  }

  /** Keeps what it saw in its state, and fails every so many events. Of parallelism 1. */
  static final class Failing implements FlatMapFunction<PndaEvent, Integer>, CheckpointedFunction {
    private static final long serialVersionUID = 1;
    static final AtomicInteger failures = new AtomicInteger();
    static final AtomicInteger seenInAll = new AtomicInteger();
    private final int failEvery;
    private final int most;
    private transient List<Integer> seen;
    private transient ListState<Integer> state;
    private transient int since;

    Failing(int failEvery, int most) {
      this.failEvery = failEvery;
      this.most = most;
    }

    @Override
    public void flatMap(PndaEvent event, Collector<Integer> out) throws Exception {
      Thread.sleep(1);
      if (++since == failEvery && failures.get() < most) {
        failures.incrementAndGet();
        throw new IllegalStateException("fails on purpose");
      }
      seen.add(id(event));
      seenInAll.set(seen.size());
      out.collect(id(event));
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) throws Exception {
      state.update(seen);
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      state = context.getOperatorStateStore().getListState(new ListStateDescriptor<>("seen", Types.INT));
      seen = new ArrayList<>();
      state.get().forEach(seen::add);
      assertEquals(seen.size(), new HashSet<>(seen).size(), "none twice");
      seenInAll.set(seen.size());
      since = 0;
    }
  }

  private static JobClient start(MasterDataset dataset, StreamExecutionEnvironment env, Failing failing) throws Exception {
    env.enableCheckpointing(20);
    env.fromSource(dataset, WatermarkStrategy.noWatermarks(), "tests")
        .uid("tests")
        .flatMap(failing)
        .returns(Types.INT)
        .uid("failing")
        .setParallelism(1)
        .filter(id -> false)
        .setParallelism(1)
        .print()
        .setParallelism(1);
    return env.executeAsync();
  }

  @Test
  void exactlyOnceAcrossFailures() throws Exception {
    StreamExecutionEnvironment env = environment(2);
    env.enableCheckpointing(20);
    List<Integer> found = new ArrayList<>();
    try (CloseableIterator<Integer> ids =
        env.fromSource(tests().build(), WatermarkStrategy.noWatermarks(), "tests")
            .flatMap(new Failing(250, 4))
            .returns(Types.INT)
            .setParallelism(1)
            .executeAndCollect("tests")) {
      ids.forEachRemaining(found::add);
    }
    Collections.sort(found);
    assertEquals(4, Failing.failures.get());
    assertEquals(numbers(0, FILES * EACH), found);
  }

  private static void await(int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (Failing.seenInAll.get() < count) {
      assertTrue(System.nanoTime() < end, "seen: " + Failing.seenInAll.get());
      Thread.sleep(10);
    }
  }

  /** Flink 1.15 gave the method another parameter. */
  private static String stop(JobClient client, Path folder) throws Exception {
    for (Method method : JobClient.class.getMethods()) {
      if (method.getName().equals("stopWithSavepoint")) {
        Object[] arguments = new Object[method.getParameterCount()];
        arguments[0] = false;
        arguments[1] = folder.toUri().toString();
        if (arguments.length == 3) {
          arguments[2] = method.getParameterTypes()[2].getEnumConstants()[0];
        }
        return (String) ((CompletableFuture<?>) method.invoke(client, arguments)).get(60, TimeUnit.SECONDS);
      }
    }
    throw new AssertionError("no stopWithSavepoint");
  }

  /** Watched; files come while it runs and while it does not; it goes on with another parallelism. */
  @Test
  void watchedAcrossASavepoint() throws Exception {
    MasterDataset watched = tests().watched(Duration.ofMillis(50)).build();
    JobClient first = start(watched, environment(1), new Failing(100, 1));
    await(200);
    file(FILES);
    await(FILES * EACH - 100);
    String savepoint = stop(first, root.resolve("savepoints"));
    int seen = Failing.seenInAll.get();
    file(FILES + 1);
    StreamExecutionEnvironment restored =
        environment(3, "execution.savepoint.path", savepoint, "execution.state-recovery.path", savepoint);
    JobClient second = start(watched, restored, new Failing(100, 2));
    await((FILES + 2) * EACH);
    file(FILES + 2);
    await((FILES + 3) * EACH);
    Thread.sleep(300); // for one too many
    assertEquals((FILES + 3) * EACH, Failing.seenInAll.get());
    assertTrue(seen <= (FILES + 1) * EACH && seen > 0, "seen before: " + seen);
    assertEquals(2, Failing.failures.get());
    second.cancel().get(60, TimeUnit.SECONDS);
  }
}
