// Records of topics with and without the envelope, and what is none; transactions that are too long.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import pnda.flink.event.EventRecord;
import pnda.flink.event.PndaEvent;

class RecordsTest {
  private final PndaEvent event = new PndaEvent(7, "netmeter", "{\"host\": 1}".getBytes(StandardCharsets.UTF_8));

  private static List<PndaEvent> read(boolean fail, String topic, byte[] value) throws IOException {
    List<PndaEvent> found = new ArrayList<>();
    new EventDeserializer(EventRecord.SCHEMA, fail)
        .deserialize(
            new ConsumerRecord<>(topic, 0, 42, null, value),
            new Collector<PndaEvent>() {
              @Override
              public void collect(PndaEvent one) {
                found.add(one);
              }

              @Override
              public void close() {}
            });
    return found;
  }

  private ProducerRecord<byte[], byte[]> written(String topic) {
    return new EventSerializer(topic, EventRecord.SCHEMA, one -> one.json().get("host").asText()).record(event);
  }

  @Test
  void withTheEnvelope() throws IOException {
    ProducerRecord<byte[], byte[]> record = written("avro.pnda.netmeter");
    assertEquals("1", new String(record.key(), StandardCharsets.UTF_8));
    assertNull(record.timestamp(), "an old event is not to be older than what the broker keeps");
    assertEquals(event, read(true, "avro.pnda.netmeter", record.value()).get(0));
  }

  /** As the platform's ingest: the source is the topic. */
  @Test
  void withoutIt() throws IOException {
    PndaEvent back = read(true, "json.other", written("json.other").value()).get(0);
    assertEquals("json.other", back.source);
    assertEquals(event.text(), back.text());
  }

  @Test
  void whatIsNoEvent() throws IOException {
    for (byte[] bad : new byte[][] {null, {}, {1, 2, 3}}) {
      assertTrue(read(false, "avro.pnda.netmeter", bad).isEmpty());
      IOException told = assertThrows(IOException.class, () -> read(true, "avro.pnda.netmeter", bad));
      assertTrue(told.getMessage().contains("avro.pnda.netmeter, partition 0, offset 42"), told.getMessage());
    }
    assertThrows(RuntimeException.class, () -> PndaKafka.from("localhost:1", "avro.pnda.a").schema("{").build());
    assertThrows(IllegalArgumentException.class, () -> PndaKafka.from("localhost:1"));
  }

  @Test
  void transactionsAsLongAsTheBrokersAllow() {
    Duration limit = Duration.ofMinutes(15);
    assertEquals(limit, TransactionTimeout.settle(limit, null));
    assertEquals(Duration.ofMinutes(1), TransactionTimeout.settle(limit, Duration.ofMinutes(1)));
    IllegalArgumentException told =
        assertThrows(IllegalArgumentException.class, () -> TransactionTimeout.settle(limit, Duration.ofHours(1)));
    assertTrue(told.getMessage().contains("PT1H") && told.getMessage().contains("PT15M"), told.getMessage());
  }
}
