// What a topic holds, up to its end at the time of asking; by default what a read_committed reader gets.
// SPDX-License-Identifier: Apache-2.0
package events;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

final class TopicReader {
  private TopicReader() {}

  static void print(String bootstrap, String topic, boolean committed, boolean onlyCount) throws IOException {
    Map<String, Object> configuration =
        Map.of(
            "bootstrap.servers", bootstrap,
            "isolation.level", committed ? "read_committed" : "read_uncommitted",
            "allow.auto.create.topics", false,
            "auto.offset.reset", "earliest");
    ByteArrayDeserializer plain = new ByteArrayDeserializer();
    GenericDatumReader<GenericRecord> reader = new GenericDatumReader<>(EventSchema.PLAIN.schema());
    long count = 0;
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(configuration, plain, plain);
        PrintWriter out =
            new PrintWriter(new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)))) {
      List<PartitionInfo> known = consumer.partitionsFor(topic, Duration.ofSeconds(15));
      List<TopicPartition> partitions =
          known.stream().map(one -> new TopicPartition(topic, one.partition())).toList();
      consumer.assign(partitions);
      // For a read_committed reader, where the first transaction begins that is still open.
      Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, Duration.ofSeconds(15)));
      consumer.seekToBeginning(partitions);
      while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> found : consumer.poll(Duration.ofMillis(500))) {
          if (found.offset() >= ends.get(new TopicPartition(topic, found.partition()))) {
            continue;
          }
          count++;
          if (!onlyCount) {
            GenericRecord event = reader.read(null, DecoderFactory.get().binaryDecoder(found.value(), null));
            String rawdata = StandardCharsets.UTF_8.decode((ByteBuffer) event.get("rawdata")).toString();
            out.printf("{\"timestamp\": %d, \"source\": \"%s\", \"partition\": %d, \"rawdata\": %s}%n",
                (long) event.get("timestamp"), event.get("source"), found.partition(), rawdata);
          }
        }
      }
      if (onlyCount) {
        out.println(count);
      }
    }
  }
}
