// Events as Avro fragments, binary without header and schema id, into a topic: each acknowledged, none twice.
// SPDX-License-Identifier: Apache-2.0
package events;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

final class TopicWriter {
  private TopicWriter() {}

  /** rate: events a second, 0 = as fast as it goes. Returns what was written. */
  static String write(String bootstrap, String topic, Generator generator, EventSchema kind, long rate)
      throws IOException, InterruptedException {
    Map<String, Object> configuration = Map.of("bootstrap.servers", bootstrap, "linger.ms", 20, "max.block.ms", 10_000);
    AtomicReference<Exception> failure = new AtomicReference<>();
    Counts counts = new Counts();
    GenericDatumWriter<GenericRecord> writer = new GenericDatumWriter<>(kind.schema());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    long began = System.nanoTime();
    long sent = 0;
    ByteArraySerializer plain = new ByteArraySerializer();
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(configuration, plain, plain)) {
      while (generator.hasNext() && failure.get() == null) {
        Generator.Event event = generator.next();
        if (rate > 0) {
          long due = began + sent * 1_000_000_000 / rate;
          Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
        }
        bytes.reset();
        writer.write(kind.record(event), encoder);
        encoder.flush();
        byte[] key = event.host().getBytes(StandardCharsets.UTF_8);
        producer.send(
            new ProducerRecord<>(topic, key, bytes.toByteArray()),
            (told, problem) -> {
              if (problem != null) {
                failure.compareAndSet(null, problem);
              }
            });
        counts.add(event.source(), event.timestamp(), event.id());
        sent++;
      }
    }
    if (failure.get() != null) {
      throw new IOException("not all events came to " + topic, failure.get());
    }
    return counts.json("");
  }
}
