// Events as Kafka's records: the envelope's fragment, or where the topic's name has none of it, rawdata alone.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.kafka.clients.producer.ProducerRecord;
import pnda.flink.event.Fragment;
import pnda.flink.event.PndaEvent;

final class EventSerializer implements Serializable {
  private static final long serialVersionUID = 1;

  private final String topic;
  private final String schema;
  private final KeySelector<PndaEvent, String> key;
  private transient Fragment fragment;

  EventSerializer(String topic, String schema, KeySelector<PndaEvent, String> key) {
    new Fragment(schema); // a schema that is none is told in main()
    this.topic = topic;
    this.schema = schema;
    this.key = key;
  }

  ProducerRecord<byte[], byte[]> record(PndaEvent event) {
    try {
      // With the time of writing: by the event's own, brokers would take an old event for one that was kept for long, and
      // delete it at once.
      return new ProducerRecord<>(topic, key(event), value(event));
    } catch (IOException e) {
      throw new UncheckedIOException("the event is not written to " + topic + ": " + event, e);
    }
  }

  private byte[] value(PndaEvent event) throws IOException {
    if (!topic.startsWith(PndaKafka.ENVELOPED)) {
      return event.rawdata;
    }
    if (fragment == null) {
      fragment = new Fragment(schema);
    }
    return fragment.write(event);
  }

  private byte[] key(PndaEvent event) throws IOException {
    if (key == null) {
      return null;
    }
    try {
      return key.getKey(event).getBytes(StandardCharsets.UTF_8);
    } catch (Exception e) {
      throw new IOException("its key cannot be found", e);
    }
  }
}
