// Files of each envelope, broken ones, and every place to go on from.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pnda.flink.event.PndaEvent;

class EventFileTest {
  @TempDir Path folder;

  private static FileSplit split(Path file) {
    return new FileSplit(file.toUri().toString());
  }

  private static List<PndaEvent> read(EventFile file) throws Exception {
    List<PndaEvent> found = new ArrayList<>();
    for (PndaEvent event = file.next(); event != null; event = file.next()) {
      found.add(event);
    }
    return found;
  }

  @Test
  void everyEnvelope() throws Exception {
    try (EventFile file = new EventFile(split(Files.write(folder.resolve("a"), Files.PLAIN, 5, 1, 2, 10)))) {
      assertEquals("{source=tests}", "{source=" + file.next().source + "}");
      PndaEvent event = file.next();
      assertEquals(6, event.timestamp);
      assertEquals(2, event.json().get("id").asInt());
      assertTrue(event.extensions.isEmpty());
    }
    try (EventFile file = new EventFile(split(Files.write(folder.resolve("b"), Files.OLD, 5, 1, 2, 10)))) {
      assertEquals("{host_ip=192.0.2.1}", file.next().extensions.toString());
    }
    try (EventFile file = new EventFile(split(Files.write(folder.resolve("c"), Files.EXTENDED, 5, 1, 2, 10)))) {
      assertEquals("{level=0}", file.next().extensions.toString());
      assertEquals("{}", file.next().extensions.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 10, 100})
  void goesOnAtEveryPlace(int block) throws Exception {
    Path path = Files.write(folder.resolve("file"), Files.EXTENDED, 0, 0, 25, block);
    try (EventFile whole = new EventFile(split(path))) {
      for (int read = 0; read <= 25; read++) {
        FileSplit here = whole.position();
        try (EventFile rest = new EventFile(here)) {
          List<PndaEvent> found = read(rest);
          assertEquals(25 - read, found.size(), here.toString());
          if (read < 25) {
            assertEquals(read, found.get(0).json().get("id").asInt(), here.toString());
          }
        }
        whole.next();
      }
    }
  }

  /** Wherever it is cut off: what is whole is read, and then it is told. */
  @Test
  void cutOffAnywhere() throws Exception {
    Path whole = Files.write(folder.resolve("whole"), Files.PLAIN, 0, 0, 6, 2);
    byte[] bytes = java.nio.file.Files.readAllBytes(whole);
    int last = 0;
    int clean = 0;
    for (int length = 0; length < bytes.length; length++) {
      Path cut = folder.resolve("cut");
      java.nio.file.Files.write(cut, java.util.Arrays.copyOf(bytes, length));
      int found = 0;
      String reason = null;
      try (EventFile file = new EventFile(split(cut))) {
        while (file.next() != null) {
          found++;
        }
      } catch (EventFile.Broken e) {
        reason = e.getMessage();
      }
      assertTrue(found >= last && found <= 6, "cut to " + length);
      last = found;
      // Between two blocks it is a file like another.
      if (reason == null) {
        clean++;
      }
    }
    assertEquals(4, last);
    assertEquals(3, clean);
  }

  /** Whatever one byte of it is: events, a broken file, or one that asks for more memory than there is; and no wrong event. */
  @Test
  void anyByteMayBeWrong() throws Exception {
    byte[] bytes = java.nio.file.Files.readAllBytes(Files.write(folder.resolve("whole"), Files.PLAIN, 0, 0, 6, 2));
    int broken = 0;
    for (int position = 0; position < bytes.length; position++) {
      for (int value : new int[] {0, 0x7f, 0xff}) {
        byte[] changed = bytes.clone();
        changed[position] = (byte) value;
        Path path = java.nio.file.Files.write(folder.resolve("changed"), changed);
        int found = 0;
        try (EventFile file = new EventFile(split(path))) {
          for (PndaEvent event = file.next(); event != null; event = file.next()) {
            assertEquals(found++, event.json().get("id").asInt(), "byte " + position);
          }
        } catch (EventFile.Broken e) {
          broken++;
        } catch (IOException e) {
          assertTrue(e.getMessage().contains("more memory"), e.toString());
        }
        assertTrue(found <= 6);
      }
    }
    assertTrue(broken > bytes.length, "broken: " + broken);
  }

  /** A block that says it is longer than the file is no matter of memory. */
  @Test
  void blockThatIsLongerThanTheFile() throws Exception {
    byte[] bytes = java.nio.file.Files.readAllBytes(Files.write(folder.resolve("whole"), Files.PLAIN, 0, 0, 1, 2));
    byte[] empty = java.nio.file.Files.readAllBytes(Files.write(folder.resolve("empty"), Files.PLAIN, 0, 0, 0, 2));
    assertTrue(bytes.length > empty.length);
    java.io.ByteArrayOutputStream changed = new java.io.ByteArrayOutputStream();
    changed.write(empty);
    changed.write(new byte[] {2, (byte) 0xf0, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f}); // one event in 2 GB
    changed.write(new byte[100]);
    Path path = java.nio.file.Files.write(folder.resolve("changed"), changed.toByteArray());
    try (EventFile file = new EventFile(split(path))) {
      EventFile.Broken told = assertThrows(EventFile.Broken.class, file::next);
      assertTrue(told.getMessage().contains("a block"), told.getMessage());
    }
  }

  @Test
  void whatIsNoEventFile() throws Exception {
    Path text = folder.resolve("text");
    java.nio.file.Files.write(text, "no Avro, but a text that is long enough".getBytes("UTF-8"));
    Path empty = folder.resolve("empty");
    java.nio.file.Files.createFile(empty);
    Path other = Files.write(folder.resolve("other"), Files.WITHOUT_SOURCE, 0, 0, 1, 1);
    for (Path path : new Path[] {text, empty, folder.resolve("gone"), other}) {
      EventFile.Broken told =
          assertThrows(
              EventFile.Broken.class,
              () -> {
                try (EventFile file = new EventFile(split(path))) {
                  file.next();
                }
              },
              path.toString());
      assertNotNull(told.getMessage());
    }
  }

  /** Nothing is said of a file that the storage does not give. */
  @Test
  void storageThatFailsIsNoBrokenFile() throws Exception {
    Path path = Files.write(folder.resolve("file"), Files.PLAIN, 0, 0, 1000, 10);
    FailingFileSystem.fail(false);
    try (EventFile file = new EventFile(new FileSplit("failing:" + path.toAbsolutePath()))) {
      file.next();
      FailingFileSystem.fail(true);
      assertThrows(IOException.class, () -> read(file));
    }
  }
}
