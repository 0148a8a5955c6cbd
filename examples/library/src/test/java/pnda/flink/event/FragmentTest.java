// Fragments there and back, and what is none.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class FragmentTest {
  private static final String EXTENDED =
      EventRecord.SCHEMA.replace(
          "]}", ", {\"name\": \"level\", \"type\": [\"null\", \"int\"], \"default\": null},"
              + " {\"name\": \"site\", \"type\": \"string\", \"default\": \"none\"}]}");
  private final Fragment plain = new Fragment(EventRecord.SCHEMA);
  private final PndaEvent event = new PndaEvent(-1, "netmeter", "{}".getBytes(StandardCharsets.UTF_8));

  /** A long in zigzag, then each with its length: as the platform's producers write it. */
  @Test
  void bytes() throws IOException {
    byte[] expected = {1, 16, 'n', 'e', 't', 'm', 'e', 't', 'e', 'r', 4, '{', '}'};
    assertArrayEquals(expected, plain.write(event));
    assertEquals(event, plain.read(expected));
  }

  @Test
  void extensions() throws IOException {
    Fragment extended = new Fragment(EXTENDED);
    event.extensions.put("level", "7");
    PndaEvent back = extended.read(extended.write(event));
    assertEquals("{level=7, site=none}", back.extensions.toString());
    event.extensions = Collections.emptyMap();
    assertEquals("{site=none}", extended.read(extended.write(event)).extensions.toString());
  }

  /** Foreign bytes may say of themselves that two gigabytes come. */
  @Test
  void lengthsAreNotBelieved() {
    byte[] huge = {(byte) 0xf0, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    byte[] inSource = new byte[40];
    System.arraycopy(huge, 0, inSource, 1, huge.length);
    byte[] inRawdata = new byte[40];
    System.arraycopy(huge, 0, inRawdata, 2, huge.length);
    assertThrows(IOException.class, () -> plain.read(inSource));
    assertThrows(IOException.class, () -> plain.read(inRawdata));
  }

  @Test
  void whatIsNoFragment() throws IOException {
    byte[] good = plain.write(event);
    for (byte[] bad : new byte[][] {{}, Arrays.copyOf(good, good.length - 1), Arrays.copyOf(good, good.length + 1), {-1, -1, -1}}) {
      IOException told = assertThrows(IOException.class, () -> plain.read(bad), Arrays.toString(bad));
      assertTrue(told.getMessage().contains("pnda.entity.event"), told.getMessage());
    }
    assertEquals(event, plain.read(good));
  }
}
