// Which files a selection means.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetScanTest {
  @TempDir Path root;

  @BeforeEach
  void files() throws IOException {
    for (String name :
        new String[] {
          "source=b/year=2026/month=01/day=01/hour=00/one.avro",
          "source=a/year=2026/month=01/day=01/hour=01/two.avro",
          "source=a/year=2026/month=01/day=01/hour=00/three.avro",
          "source=a/year=2025/month=12/day=31/hour=23/four.avro",
          "source=a/year=2025/month=12/day=31/_SUCCESS",
          "source=a/year=2025/month=12/day=31/hour=23/.five.avro.part",
          "source=a/year=2025/month=12/day=31/hour=23/_temporary/six.avro",
          "topic=a/year=2026/month=01/day=01/hour=00/seven.avro",
        }) {
      Path file = root.resolve(name);
      java.nio.file.Files.createDirectories(file.getParent());
      java.nio.file.Files.createFile(file);
    }
  }

  private List<String> scan(String key, String name, String... path) throws IOException {
    Selection selection =
        new Selection(
            root.toUri().toString(),
            key,
            Collections.singletonList(name),
            Arrays.asList(path),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            ZoneOffset.UTC);
    return new DatasetScan(selection)
        .call().stream().map(one -> one.substring(one.lastIndexOf('/') + 1)).collect(Collectors.toList());
  }

  @Test
  void inTheOrderOfPartitionsWithoutMarkers() throws IOException {
    assertEquals(Arrays.asList("four.avro", "three.avro", "two.avro"), scan("source", "a"));
    assertEquals(Arrays.asList("seven.avro"), scan("topic", "a"));
  }

  @Test
  void wildcards() throws IOException {
    assertEquals(Arrays.asList("four.avro", "three.avro", "one.avro", "two.avro"), scan("source", "*"));
    assertEquals(Arrays.asList("three.avro", "two.avro"), scan("source", "a", "year=2026"));
    assertEquals(Arrays.asList("four.avro"), scan("source", "{a,b}", "year=*", "month=1?"));
    assertEquals(Arrays.asList("two.avro"), scan("source", "a", "*", "*", "*", "*", "t[w]o*"));
  }

  @Test
  void whatIsNotThereIsAnErrorThatNamesWhatIs() {
    FileNotFoundException told = assertThrows(FileNotFoundException.class, () -> scan("source", "c"));
    assertTrue(told.getMessage().contains("source=[c]"), told.getMessage());
    assertTrue(told.getMessage().contains("source=a, source=b, topic=a"), told.getMessage());
  }
}
