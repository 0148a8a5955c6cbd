// How topics are to be read.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.util.Arrays;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import pnda.flink.event.EventRecord;
import pnda.flink.event.PndaEvent;

public final class KafkaInput {
  private final String brokers;
  private final String[] topics;
  private final Properties client = new Properties();
  private String group = "flink";
  private String schema = EventRecord.SCHEMA;
  private OffsetsInitializer start = OffsetsInitializer.earliest();
  private boolean bounded;
  private boolean fail;

  KafkaInput(String brokers, String... topics) {
    if (topics.length == 0) {
      throw new IllegalArgumentException("which topics? one at least is needed");
    }
    this.brokers = brokers;
    this.topics = topics.clone();
    // Of what another job writes exactly once, only what counts.
    client.setProperty("isolation.level", "read_committed");
  }

  /** Under which name Kafka shows how far it has come. */
  public KafkaInput group(String group) {
    this.group = group;
    return this;
  }

  /** The schema that enveloped events were written with, as JSON: fragments do not say. */
  public KafkaInput schema(String schema) {
    this.schema = schema;
    return this;
  }

  /** Without state, begin with what comes from now on; else with the first one that is there. */
  public KafkaInput latest() {
    start = OffsetsInitializer.latest();
    return this;
  }

  /** Ends with what is there when it starts. */
  public KafkaInput bounded() {
    bounded = true;
    return this;
  }

  /** A record that is no event fails the job; else it is named in the log and counted by the metric brokenRecords. */
  public KafkaInput failOnBrokenRecords() {
    fail = true;
    return this;
  }

  /** Of Kafka's consumer, as for its security. */
  public KafkaInput property(String name, String value) {
    client.setProperty(name, value);
    return this;
  }

  public KafkaSource<PndaEvent> build() {
    KafkaSourceBuilder<PndaEvent> builder =
        KafkaSource.<PndaEvent>builder()
            .setBootstrapServers(brokers)
            .setTopics(Arrays.asList(topics))
            .setGroupId(group)
            .setStartingOffsets(start)
            .setProperties(client)
            .setDeserializer(new EventDeserializer(schema, fail));
    if (bounded) {
      builder.setBounded(OffsetsInitializer.latest());
    }
    return builder.build();
  }
}
