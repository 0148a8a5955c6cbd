// Which span of time a partition's path means, in the zone that partitions are of.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;

/** From the finest of year, month, day and hour that the path has: a compacted set may be by day or by year. */
final class PartitionTime implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String[] KEYS = {"year=", "month=", "day=", "hour="};
  private static final ChronoUnit[] UNITS = {ChronoUnit.YEARS, ChronoUnit.MONTHS, ChronoUnit.DAYS, ChronoUnit.HOURS};

  private final ZoneId zone;

  PartitionTime(ZoneId zone) {
    this.zone = zone;
  }

  /** May a file below this path have an event of the range? One partition more at both ends, since the zone may be wrong by it. */
  boolean mayHave(String path, long from, long until) {
    int[] found = {1970, 1, 1, 0};
    int level = read(path, found);
    if (level == 0) {
      return true;
    }
    ChronoUnit unit = UNITS[level - 1];
    LocalDateTime start;
    try {
      start = LocalDateTime.of(found[0], found[1], found[2], found[3], 0);
    } catch (DateTimeException e) {
      return true; // no date: somebody's own directory
    }
    return millis(start.plus(2, unit)) > from && millis(start.minus(1, unit)) < until;
  }

  /** What files are put in order by: where the partition begins, 0 where the path has none. */
  long start(String path) {
    int[] found = {1970, 1, 1, 0};
    try {
      return read(path, found) == 0 ? 0 : millis(LocalDateTime.of(found[0], found[1], found[2], found[3], 0));
    } catch (DateTimeException e) {
      return 0;
    }
  }

  private long millis(LocalDateTime local) {
    return local.atZone(zone).toInstant().toEpochMilli();
  }

  /** How many levels there are, one after the other, and their numbers. */
  private static int read(String path, int[] found) {
    int level = 0;
    for (String part : path.split("/")) {
      if (level < KEYS.length && part.startsWith(KEYS[level])) {
        String number = part.substring(KEYS[level].length());
        if (!number.matches("[0-9]{1,4}")) {
          break;
        }
        found[level++] = Integer.parseInt(number);
      }
    }
    return level;
  }
}
