// Kafka's sink as Flink before 1.15 has it.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.util.Properties;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.flink.streaming.connectors.kafka.FlinkKafkaProducer;
import org.apache.flink.streaming.connectors.kafka.KafkaSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import pnda.flink.event.PndaEvent;

final class TopicSink {
  private TopicSink() {}

  /** transactions: null for at least once; the operator's name is what they are called by here. */
  static DataStreamSink<PndaEvent> add(
      DataStream<PndaEvent> events, String topic, Properties client, String transactions, EventSerializer serializer) {
    FlinkKafkaProducer.Semantic semantic =
        transactions == null ? FlinkKafkaProducer.Semantic.AT_LEAST_ONCE : FlinkKafkaProducer.Semantic.EXACTLY_ONCE;
    return events.addSink(new FlinkKafkaProducer<>(topic, new Records(serializer), client, semantic));
  }

  private static final class Records implements KafkaSerializationSchema<PndaEvent> {
    private static final long serialVersionUID = 1;
    private final EventSerializer serializer;

    Records(EventSerializer serializer) {
      this.serializer = serializer;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(PndaEvent event, Long timestamp) {
      return serializer.record(event);
    }
  }
}
