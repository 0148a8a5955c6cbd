// Lets a given number of records a second through; chained to the source, it slows the source down.
// Checkpoints wait for at most one pause, 1/rate seconds; cancelling interrupts the pause.
// After a hold-up it catches up on at most one second, not on hours at full speed.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.MapFunction;

final class Throttle implements MapFunction<Long, Long> {
  private static final long serialVersionUID = 1L;

  private final long nanosPerRecord;
  private transient long due;

  /** @param rate records a second, 1 to 1,000,000 */
  Throttle(long rate) {
    nanosPerRecord = TimeUnit.SECONDS.toNanos(1) / rate;
  }

  @Override
  public Long map(Long value) throws InterruptedException {
    long now = System.nanoTime();
    if (due == 0 || now - due > TimeUnit.SECONDS.toNanos(1)) {
      due = now;
    }
    // Short waits add up before they are worth a sleep: high rates pass in small bursts.
    long wait = TimeUnit.NANOSECONDS.toMillis(due - now);
    if (wait > 0) {
      Thread.sleep(wait);
    }
    due += nanosPerRecord;
    return value;
  }
}
