// Reads master datasets, bounded or watched, and counts what it gets.
// SPDX-License-Identifier: Apache-2.0
package library;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import pnda.flink.dataset.BrokenFiles;
import pnda.flink.dataset.MasterDataset;
import pnda.flink.event.EventTime;
import pnda.flink.event.PndaEvent;

public final class ReadsDatasets {
  private ReadsDatasets() {}

  /** --name of the job, --root, --sources a@UTC,b@America/Los_Angeles, --from, --until, --watched MS, --pause MICROSECONDS an event. */
  public static void main(String[] words) throws Exception {
    Arguments arguments = new Arguments(words);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    env.enableCheckpointing(500);
    DataStream<PndaEvent> all = null;
    for (String one : arguments.need("sources").split(",")) {
      String[] source = one.split("@");
      MasterDataset.Builder builder =
          MasterDataset.builder(arguments.need("root"))
              .source(source[0])
              .zone(ZoneId.of(source[1]))
              .brokenFiles(BrokenFiles.REPORT);
      if (arguments.get("from") != null) {
        builder.from(Instant.parse(arguments.get("from"))).until(Instant.parse(arguments.get("until")));
      }
      if (arguments.get("watched") != null) {
        builder.watched(Duration.ofMillis(arguments.number("watched", 0)));
      }
      DataStream<PndaEvent> events =
          env.fromSource(builder.build(), EventTime.watermarks(Duration.ofHours(2)), source[0]).uid(source[0]);
      all = all == null ? events : all.union(events);
    }
    all.flatMap(new Counts(arguments.number("pause", 0)))
        .returns(Types.STRING)
        .uid("counts")
        .setParallelism(1)
        .print()
        .setParallelism(1);
    env.execute(arguments.need("name"));
  }
}
