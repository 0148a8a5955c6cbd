// The platform's events from Kafka and back to it.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import pnda.flink.event.EventRecord;

/**
 * <pre>{@code
 * env.fromSource(PndaKafka.from(brokers, "avro.pnda.netmeter").build(), EventTime.watermarks(late), "netmeter").uid("netmeter");
 * PndaKafka.to(brokers, "avro.pnda.sessions").exactlyOnce("sessions").write(events, "sessions");
 * }</pre>
 *
 * Where a job goes on is in its state alone; offsets that a group has committed are for people to look at.
 */
public final class PndaKafka {
  /** Topics of this beginning carry the envelope; what others carry is put into one, as the platform's ingest does. */
  public static final String ENVELOPED = "avro.pnda.";

  private PndaKafka() {}

  /** brokers: host:port, separated by commas, as application.properties has it by environment_kafka_brokers. */
  public static KafkaInput from(String brokers, String... topics) {
    return new KafkaInput(brokers, topics);
  }

  public static KafkaOutput to(String brokers, String topic) {
    return new KafkaOutput(brokers, topic, EventRecord.SCHEMA);
  }
}
