// Copies a topic of the platform's events exactly once, and counts them.
// SPDX-License-Identifier: Apache-2.0
package library;

import java.time.Duration;
import java.util.Properties;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import pnda.flink.ApplicationProperties;
import pnda.flink.event.EventTime;
import pnda.flink.event.PndaEvent;
import pnda.flink.kafka.PndaKafka;

public final class CopiesTopic {
  private CopiesTopic() {}

  /** --from TOPIC --to TOPIC; the brokers stand in application.properties. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    Properties properties = ApplicationProperties.load();
    String brokers = properties.getProperty("kafka.brokers");
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(1000);
    DataStream<PndaEvent> events =
        env.fromSource(
                PndaKafka.from(brokers, arguments.need("from")).group(arguments.need("to")).build(),
                EventTime.watermarks(Duration.ofMinutes(1)),
                "source")
            .uid("source");
    events
        .flatMap(new Counts(arguments.number("pause", 0)))
        .returns(Types.STRING)
        .uid("counts")
        .setParallelism(1)
        .print()
        .setParallelism(1);
    PndaKafka.to(brokers, arguments.need("to"))
        .exactlyOnce(arguments.need("to"))
        .keyedBy(event -> event.json().get("hostname").asText())
        .write(events, "sink");
    env.execute("CopiesTopic");
  }
}
