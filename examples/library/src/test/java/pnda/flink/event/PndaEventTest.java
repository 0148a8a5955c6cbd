// What Flink makes of an event, and its views.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.PojoTypeInfo;
import org.junit.jupiter.api.Test;

class PndaEventTest {
  /** Of its state's schema more can become. */
  @Test
  void isAPojoWithoutKryo() {
    TypeInformation<PndaEvent> type = TypeInformation.of(PndaEvent.class);
    assertEquals(PojoTypeInfo.class, type.getClass());
    PojoTypeInfo<PndaEvent> pojo = (PojoTypeInfo<PndaEvent>) type;
    for (int i = 0; i < pojo.getArity(); i++) {
      assertFalse(pojo.getTypeAt(i).toString().contains("Generic"), pojo.toString());
    }
    assertEquals(4, pojo.getArity());
  }

  @Test
  void views() throws IOException {
    PndaEvent event =
        new PndaEvent(0, "a", "{\"n\": 1, \"in\": {\"x\": \"y\", \"deep\": {\"z\": [1, 2]}}}".getBytes(StandardCharsets.UTF_8));
    assertEquals("{n=1, in-x=y, in-deep-z=[1,2]}", event.fields().toString());
    assertEquals("y", event.json().get("in").get("x").asText());
    assertEquals(1, event.as(Numbers.class).n);
    assertEquals("1970-01-01T00:00:00Z", event.time().toString());
  }

  public static final class Numbers {
    public int n;
    public Object in;
  }
}
