// Event time by the events' own timestamps.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.event;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

public final class EventTime {
  /** A part of a source that has nothing does not hold up the others for longer. */
  public static final Duration IDLE = Duration.ofMinutes(1);

  private EventTime() {}

  /**
   * late: how much later than a younger one an event may come. The platform writes an hour's files every half hour, several
   * of them for the same time: from a master dataset two hours are right, from Kafka what the sources need.
   */
  public static WatermarkStrategy<PndaEvent> watermarks(Duration late) {
    return WatermarkStrategy.<PndaEvent>forBoundedOutOfOrderness(late)
        .withTimestampAssigner((event, before) -> event.timestamp)
        .withIdleness(IDLE);
  }
}
