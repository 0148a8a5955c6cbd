// The events of a seed, one after the other: id, time, and what a network interface's counters say, as JSON.
// SPDX-License-Identifier: Apache-2.0
package events;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;

final class Generator implements Iterator<Generator.Event> {
  /** host is its key on Kafka: the events of one host stay in order. */
  record Event(long id, long timestamp, String source, String host, byte[] rawdata) {}

  private static final int HOSTS = 16;

  private final long count;
  private final long first;
  private final String source;
  private final long start;
  private final long span;
  private final long disorder;
  private final SplittableRandom random;
  private long made;

  Generator(long count, long first, long seed, String source, long start, long span, long disorder) {
    this.count = count;
    this.first = first;
    this.source = source;
    this.start = start;
    this.span = span;
    this.disorder = disorder;
    this.random = new SplittableRandom(seed);
  }

  long start() {
    return start;
  }

  @Override
  public boolean hasNext() {
    return made < count;
  }

  @Override
  public Event next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    long id = first + made;
    // count and span may both be large: in parts, so that their product does not overflow.
    long even = span / count * made + span % count * made / count;
    long moved = even + random.nextLong(-disorder, disorder + 1);
    long timestamp = start + Math.max(0, Math.min(span - 1, moved));
    made++;
    String host = "host-" + random.nextInt(HOSTS);
    String text =
        String.format(
            "{\"id\": %d, \"hostname\": \"%s\", \"nw_interface\": \"eth%d\", \"RX_Bytes\": %d, \"TX_Bytes\": %d, \"timestamp\": %d}",
            id, host, random.nextInt(3), random.nextInt(1_000_000), random.nextInt(1_000_000), timestamp);
    return new Event(id, timestamp, source, host, text.getBytes(StandardCharsets.UTF_8));
  }
}
