// How a topic is to be written.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
import org.apache.kafka.clients.producer.ProducerRecord;
import pnda.flink.event.PndaEvent;

public final class KafkaOutput {
  private final String topic;
  private final Properties client = new Properties();
  private String schema;
  private KeySelector<PndaEvent, String> key;
  private String transactions;
  private Duration timeout;

  KafkaOutput(String brokers, String topic, String schema) {
    this.topic = topic;
    this.schema = schema;
    client.setProperty("bootstrap.servers", brokers);
  }

  /** The schema that enveloped events are written with, as JSON. */
  public KafkaOutput schema(String schema) {
    this.schema = schema;
    return this;
  }

  /** Events of one key go to one partition, in their order. */
  public KafkaOutput keyedBy(KeySelector<PndaEvent, String> key) {
    this.key = key;
    return this;
  }

  /**
   * Else at least once. What a read_committed reader gets comes with each checkpoint.
   *
   * @param name of this sink alone in all of Kafka, and the same for as long as its state lives
   */
  public KafkaOutput exactlyOnce(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("the name of a sink's transactions must not be empty");
    }
    transactions = name;
    return this;
  }

  /** How long a job may be down before what it wrote last is lost; by default, and at most, what the brokers allow. */
  public KafkaOutput transactionTimeout(Duration timeout) {
    this.timeout = timeout;
    return this;
  }

  /** Of Kafka's producer, as for its security. */
  public KafkaOutput property(String name, String value) {
    client.setProperty(name, value);
    return this;
  }

  /** name: of the operator, and its uid. */
  public DataStreamSink<PndaEvent> write(DataStream<PndaEvent> events, String name) {
    KafkaSinkBuilder<PndaEvent> builder =
        KafkaSink.<PndaEvent>builder().setRecordSerializer(new Records(new EventSerializer(topic, schema, key)));
    if (transactions != null) {
      Duration settled = TransactionTimeout.settle(client, timeout);
      client.setProperty("transaction.timeout.ms", Long.toString(settled.toMillis()));
      builder.setTransactionalIdPrefix(transactions);
    }
    builder
        .setBootstrapServers(client.getProperty("bootstrap.servers"))
        .setKafkaProducerConfig(client)
        .setDeliveryGuarantee(transactions == null ? DeliveryGuarantee.AT_LEAST_ONCE : DeliveryGuarantee.EXACTLY_ONCE);
    return events.sinkTo(builder.build()).name(name).uid(name);
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
