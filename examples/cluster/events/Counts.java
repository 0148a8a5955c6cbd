// How many events there are of each source and hour (UTC), and the sum of their ids: what a reader has to come to.
// SPDX-License-Identifier: Apache-2.0
package events;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

final class Counts {
  private final Map<String, Map<String, Long>> counts = new TreeMap<>();
  private long events;
  private long ids;

  void add(String source, long timestamp, long id) {
    String hour = Instant.ofEpochMilli(timestamp).toString().substring(0, 13);
    counts.computeIfAbsent(source, key -> new TreeMap<>()).merge(hour, 1L, Long::sum);
    events++;
    ids += id;
  }

  /** As JSON; more: further members, each ends with a comma. */
  String json(String more) {
    StringBuilder text = new StringBuilder("{\"events\": " + events + ", \"sum_of_ids\": " + ids + ", " + more + "\"counts\": {");
    String separator = "";
    for (Map.Entry<String, Map<String, Long>> source : counts.entrySet()) {
      text.append(separator).append('"').append(source.getKey()).append("\": {");
      String between = "";
      for (Map.Entry<String, Long> hour : source.getValue().entrySet()) {
        text.append(between).append('"').append(hour.getKey()).append("\": ").append(hour.getValue());
        between = ", ";
      }
      text.append('}');
      separator = ", ";
    }
    return text.append("}}").toString();
  }
}
