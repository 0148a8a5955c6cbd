// Kafka's sink as Flink has it from 1.15 on.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.kafka.clients.producer.ProducerRecord;
import pnda.flink.event.PndaEvent;

final class TopicSink {
  private TopicSink() {}

  /** transactions: the prefix of their ids; null for at least once. */
  static DataStreamSink<PndaEvent> add(
      DataStream<PndaEvent> events, String topic, Properties client, String transactions, EventSerializer serializer) {
    KafkaSinkBuilder<PndaEvent> builder =
        KafkaSink.<PndaEvent>builder().setRecordSerializer(new Records(serializer));
    if (transactions != null) {
      builder.setTransactionalIdPrefix(transactions);
    }
    builder
        .setBootstrapServers(client.getProperty("bootstrap.servers"))
        .setKafkaProducerConfig(client)
        .setDeliveryGuarantee(transactions == null ? DeliveryGuarantee.AT_LEAST_ONCE : DeliveryGuarantee.EXACTLY_ONCE);
    return events.sinkTo(builder.build());
  }

  private static final class Records implements KafkaRecordSerializationSchema<PndaEvent> {
    private static final long serialVersionUID = 1;
    private final EventSerializer serializer;

    Records(EventSerializer serializer) {
      this.serializer = serializer;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(PndaEvent event, KafkaSinkContext context, Long timestamp) {
      return serializer.record(event);
    }
  }
}
