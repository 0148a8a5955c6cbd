// One event of the platform: when, of which source, what; and whatever else its schema had.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/** A POJO of Flink: state of it survives more fields. It never needs Kryo. */
@TypeInfo(PndaEventType.class)
public final class PndaEvent {
  /** Extension of the one row that stands for a broken file, where those are asked for: its path. */
  public static final String BROKEN_FILE = "broken_file";

  /** Extension beside {@link #BROKEN_FILE} or of a quarantined event: why. */
  public static final String REASON = "reason";

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Milliseconds since 1970, UTC. */
  public long timestamp;

  public String source;
  public byte[] rawdata;

  /** Fields of the schema beside the three, those that are null left out; what is no text is in its text form. */
  public Map<String, String> extensions;

  public PndaEvent() {
    this(0, "", new byte[0]);
  }

  public PndaEvent(long timestamp, String source, byte[] rawdata) {
    this(timestamp, source, rawdata, new TreeMap<>());
  }

  public PndaEvent(long timestamp, String source, byte[] rawdata, Map<String, String> extensions) {
    this.timestamp = timestamp;
    this.source = source;
    this.rawdata = rawdata;
    this.extensions = extensions;
  }

  public Instant time() {
    return Instant.ofEpochMilli(timestamp);
  }

  /** rawdata as UTF-8. */
  public String text() {
    return new String(rawdata, StandardCharsets.UTF_8);
  }

  /** rawdata as JSON. */
  public JsonNode json() throws IOException {
    return JSON.readTree(rawdata);
  }

  /** rawdata as a class that Jackson can make of JSON. */
  public <T> T as(Class<T> type) throws IOException {
    return JSON.readValue(rawdata, type);
  }

  /** rawdata as JSON, flat: the members of objects within objects are joined by "-". */
  public Map<String, String> fields() throws IOException {
    Map<String, String> found = new LinkedHashMap<>();
    flatten("", json(), found);
    return found;
  }

  private static void flatten(String name, JsonNode node, Map<String, String> found) {
    if (!node.isObject()) {
      found.put(name, node.isValueNode() ? node.asText() : node.toString());
      return;
    }
    for (Iterator<Map.Entry<String, JsonNode>> members = node.fields(); members.hasNext(); ) {
      Map.Entry<String, JsonNode> member = members.next();
      flatten(name.isEmpty() ? member.getKey() : name + "-" + member.getKey(), member.getValue(), found);
    }
  }

  public boolean isBrokenFile() {
    return extensions.containsKey(BROKEN_FILE);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof PndaEvent)) {
      return false;
    }
    PndaEvent that = (PndaEvent) other;
    return timestamp == that.timestamp
        && source.equals(that.source)
        && Arrays.equals(rawdata, that.rawdata)
        && extensions.equals(that.extensions);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(timestamp) * 31 + Arrays.hashCode(rawdata);
  }

  @Override
  public String toString() {
    return time() + " " + source + " " + text() + (extensions.isEmpty() ? "" : " " + extensions);
  }
}
