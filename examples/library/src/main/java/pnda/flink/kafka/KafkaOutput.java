// How a topic is to be written.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.DataStreamSink;
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

  /** name: of the operator, and its uid; of Flink before 1.15 also what its transactions are called by. */
  public DataStreamSink<PndaEvent> write(DataStream<PndaEvent> events, String name) {
    if (transactions != null) {
      Duration settled = TransactionTimeout.settle(client, timeout);
      client.setProperty("transaction.timeout.ms", Long.toString(settled.toMillis()));
    }
    EventSerializer serializer = new EventSerializer(topic, schema, key);
    return TopicSink.add(events, topic, client, transactions, serializer).name(name).uid(name);
  }
}
