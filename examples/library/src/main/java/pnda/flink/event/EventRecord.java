// Avro's records as events: whatever schema they were written with, as long as it has what an event needs.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.event;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

public final class EventRecord {
  /** The envelope. The namespace of extended ones is another; names do not matter, fields do. */
  public static final String SCHEMA =
      "{\"type\": \"record\", \"namespace\": \"pnda.entity\", \"name\": \"event\", \"fields\": ["
          + "{\"name\": \"timestamp\", \"type\": \"long\"}, {\"name\": \"source\", \"type\": \"string\"},"
          + " {\"name\": \"rawdata\", \"type\": \"bytes\"}]}";

  private EventRecord() {}

  /** An event, or one of quarantine, whose rawdata is the payload and whose source is the topic. */
  public static PndaEvent read(GenericRecord record) {
    Schema schema = record.getSchema();
    boolean quarantined = schema.getField("payload") != null && schema.getField("topic") != null;
    String source = quarantined ? "topic" : "source";
    String rawdata = quarantined ? "payload" : "rawdata";
    Map<String, String> extensions = new TreeMap<>();
    for (Schema.Field field : schema.getFields()) {
      String name = field.name();
      Object value = record.get(field.pos());
      if (value != null && !name.equals("timestamp") && !name.equals(source) && !name.equals(rawdata)) {
        extensions.put(name, value.toString());
      }
    }
    return new PndaEvent(
        need(record, "timestamp", Number.class).longValue(),
        need(record, source, CharSequence.class).toString(),
        bytes(need(record, rawdata, ByteBuffer.class)),
        extensions);
  }

  private static <T> T need(GenericRecord record, String name, Class<T> type) {
    Schema.Field field = record.getSchema().getField(name);
    Object value = field == null ? null : record.get(field.pos());
    if (!type.isInstance(value)) {
      String found = field == null ? "no such field" : value == null ? "null" : field.schema().toString();
      throw new AvroTypeException("an event's " + name + " is needed, found: " + found);
    }
    return type.cast(value);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
