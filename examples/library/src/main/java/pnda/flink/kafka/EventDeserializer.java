// Kafka's records as events.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.io.IOException;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pnda.flink.event.Fragment;
import pnda.flink.event.PndaEvent;
import pnda.flink.event.PndaEventType;

final class EventDeserializer implements KafkaRecordDeserializationSchema<PndaEvent> {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(EventDeserializer.class);

  private final String schema;
  private final boolean fail;
  private transient Fragment fragment;
  private transient Counter broken;

  EventDeserializer(String schema, boolean fail) {
    new Fragment(schema); // a schema that is none is told in main()
    this.schema = schema;
    this.fail = fail;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    broken = context.getMetricGroup().counter("brokenRecords");
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<PndaEvent> out) throws IOException {
    try {
      out.collect(read(record));
    } catch (IOException e) {
      String place = record.topic() + ", partition " + record.partition() + ", offset " + record.offset();
      if (fail) {
        throw new IOException("the record of " + place + " is " + e.getMessage(), e);
      }
      LOG.warn("The record of {} is left out: {}", place, e.getMessage());
      if (broken != null) {
        broken.inc();
      }
    }
  }

  private PndaEvent read(ConsumerRecord<byte[], byte[]> record) throws IOException {
    if (record.value() == null) {
      throw new IOException("without a value");
    }
    if (!record.topic().startsWith(PndaKafka.ENVELOPED)) {
      return new PndaEvent(record.timestamp(), record.topic(), record.value());
    }
    if (fragment == null) {
      fragment = new Fragment(schema);
    }
    return fragment.read(record.value());
  }

  @Override
  public TypeInformation<PndaEvent> getProducedType() {
    return PndaEventType.of();
  }
}
