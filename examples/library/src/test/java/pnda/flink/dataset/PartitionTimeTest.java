// Partitions of a range, in zones, with one more at both ends.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTimeTest {
  private static long at(String instant) {
    return Instant.parse(instant).toEpochMilli();
  }

  private static List<Integer> hours(String zone, String from, String until) {
    PartitionTime time = new PartitionTime(ZoneId.of(zone));
    List<Integer> kept = new ArrayList<>();
    for (int hour = 0; hour < 24; hour++) {
      if (time.mayHave(String.format("year=2026/month=11/day=02/hour=%02d", hour), at(from), at(until))) {
        kept.add(hour);
      }
    }
    return kept;
  }

  @Test
  void oneMoreAtBothEnds() {
    assertEquals(Arrays.asList(4, 5, 6, 7), hours("UTC", "2026-11-02T05:00:00Z", "2026-11-02T07:00:00Z"));
    assertEquals(Arrays.asList(4, 5, 6), hours("UTC", "2026-11-02T05:10:00Z", "2026-11-02T05:20:00Z"));
  }

  @Test
  void zonesOfHalfAnHourToo() {
    assertEquals(Arrays.asList(9, 10, 11, 12), hours("Asia/Kolkata", "2026-11-02T05:00:00Z", "2026-11-02T06:00:00Z"));
    assertEquals(Arrays.asList(3, 4, 5), hours("America/Los_Angeles", "2026-11-02T12:00:00Z", "2026-11-02T13:00:00Z"));
  }

  /** On the night when clocks go back an hour's directory is of two hours. */
  @Test
  void hourThatIsThereTwice() {
    PartitionTime time = new PartitionTime(ZoneId.of("America/Los_Angeles"));
    String twice = "year=2026/month=11/day=01/hour=01";
    for (String hour : new String[] {"08", "09"}) {
      assertEquals(true, time.mayHave(twice, at("2026-11-01T" + hour + ":00:00Z"), at("2026-11-01T" + hour + ":59:00Z")), hour);
    }
  }

  @Test
  void coarserOnesAndWhatIsNone() {
    PartitionTime time = new PartitionTime(ZoneId.of("UTC"));
    long from = at("2026-11-02T05:00:00Z");
    long until = at("2026-11-02T07:00:00Z");
    assertEquals(true, time.mayHave("year=2026", from, until));
    assertEquals(true, time.mayHave("year=2026/month=11/day=02", from, until));
    assertEquals(true, time.mayHave("year=2026/month=11/day=01", from, until));
    assertEquals(false, time.mayHave("year=2026/month=10/day=30", from, until));
    assertEquals(false, time.mayHave("year=2024/month=11", from, until));
    assertEquals(true, time.mayHave("year=2026/month=99", from, until));
    assertEquals(true, time.mayHave("by-hand", from, until));
    assertEquals(true, time.mayHave("year=2026", Long.MIN_VALUE, Long.MAX_VALUE));
  }
}
