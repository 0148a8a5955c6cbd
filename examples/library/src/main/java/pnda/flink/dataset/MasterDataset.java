// The platform's master dataset as a source of Flink (FLIP-27), bounded or watched for what comes.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import pnda.flink.event.PndaEvent;
import pnda.flink.event.PndaEventType;

/**
 * <pre>{@code
 * MasterDataset dataset = MasterDataset.builder().source("netmeter").from(start).until(end).build();
 * env.fromSource(dataset, EventTime.watermarks(Duration.ofHours(2)), "netmeter").uid("netmeter");
 * }</pre>
 *
 * Every event of the selection comes exactly once into Flink's state, across restarts, savepoints and another parallelism.
 * Files are read in the order of their partitions; within a partition there is none.
 */
public final class MasterDataset
    implements Source<PndaEvent, FileSplit, ScanState>, ResultTypeQueryable<PndaEvent> {
  private static final long serialVersionUID = 1;

  /** Where the platform keeps datasets, by the file system that Flink's configuration or Hadoop's names. */
  public static final String PLATFORM_ROOT = "hdfs:///user/pnda/PNDA_datasets";

  private final Selection selection;
  private final BrokenFiles brokenFiles;
  private final long interval;

  private MasterDataset(Selection selection, BrokenFiles brokenFiles, long interval) {
    this.selection = selection;
    this.brokenFiles = brokenFiles;
    this.interval = interval;
  }

  public static Builder builder() {
    return builder(PLATFORM_ROOT);
  }

  /** root: the directory in which datasets, compacted and quarantine lie. */
  public static Builder builder(String root) {
    return new Builder(root);
  }

  public static final class Builder {
    private final String root;
    private String folder;
    private String key;
    private final List<String> names = new ArrayList<>();
    private List<String> path = Collections.emptyList();
    private Instant from;
    private Instant until;
    private ZoneId zone = ZoneOffset.UTC;
    private long interval;
    private BrokenFiles brokenFiles = BrokenFiles.SKIP;

    private Builder(String root) {
      this.root = root;
    }

    /** Events of these sources; wildcards as of a shell. */
    public Builder source(String... names) {
      return of("datasets", "source", names);
    }

    /** Events of topics that have no source field. */
    public Builder topic(String... names) {
      return of("datasets", "topic", names);
    }

    /** The compacted sets of these sources. */
    public Builder compacted(String... names) {
      return of("compacted", "source", names);
    }

    /** What could not be read when it came in: rawdata is the payload, source the topic, extension reason why. */
    public Builder quarantined(String... topics) {
      return of("quarantine", "source_topic", topics);
    }

    private Builder of(String folder, String key, String... names) {
      if (this.key != null && !(this.folder.equals(folder) && this.key.equals(key))) {
        throw new IllegalArgumentException(
            "one dataset reads one kind: " + this.folder + "/" + this.key + "= is chosen, not " + folder + "/" + key + "=");
      }
      this.folder = folder;
      this.key = key;
      for (String name : names) {
        if (name.isEmpty() || name.contains("/")) {
          throw new IllegalArgumentException("the " + key + " is \"" + name + "\", allowed is a name without \"/\"");
        }
        this.names.add(name);
      }
      return this;
    }

    /** Wildcards for the directories below, as year=2026/month=1?; what lies deeper is all read. */
    public Builder path(String pattern) {
      this.path = Arrays.asList(pattern.split("/"));
      return this;
    }

    /** By the events' own timestamps; partitions that cannot have one are not looked at. */
    public Builder from(Instant from) {
      this.from = from;
      return this;
    }

    /** The first moment that is not wanted. */
    public Builder until(Instant until) {
      this.until = until;
      return this;
    }

    /** What year, month, day and hour of the directories are of: the platform's ingest writes America/Los_Angeles unless told. */
    public Builder zone(ZoneId zone) {
      this.zone = zone;
      return this;
    }

    /** Goes on for ever, and looks for new files so often. Files have to appear whole, as the platform's do. */
    public Builder watched(Duration interval) {
      if (interval.toMillis() < 1) {
        throw new IllegalArgumentException("watched every " + interval + ", allowed is a millisecond and more");
      }
      this.interval = interval.toMillis();
      return this;
    }

    public Builder brokenFiles(BrokenFiles brokenFiles) {
      this.brokenFiles = brokenFiles;
      return this;
    }

    public MasterDataset build() {
      if (names.isEmpty()) {
        throw new IllegalArgumentException("which dataset? source, topic, compacted or quarantined, with a name, is needed");
      }
      if (from != null && until != null && !from.isBefore(until)) {
        throw new IllegalArgumentException("the range is empty: from " + from + " until " + until);
      }
      Selection selection =
          new Selection(
              root.replaceAll("/+$", "") + "/" + folder,
              key,
              new ArrayList<>(names),
              new ArrayList<>(path),
              from == null ? Long.MIN_VALUE : from.toEpochMilli(),
              until == null ? Long.MAX_VALUE : until.toEpochMilli(),
              zone);
      return new MasterDataset(selection, brokenFiles, interval);
    }
  }

  @Override
  public Boundedness getBoundedness() {
    return interval == 0 ? Boundedness.BOUNDED : Boundedness.CONTINUOUS_UNBOUNDED;
  }

  @Override
  public SourceReader<PndaEvent, FileSplit> createReader(SourceReaderContext context) {
    return new DatasetReader(context, selection, brokenFiles);
  }

  @Override
  public SplitEnumerator<FileSplit, ScanState> createEnumerator(SplitEnumeratorContext<FileSplit> context) {
    return restoreEnumerator(context, new ScanState(Collections.emptyList(), Collections.emptyList(), false));
  }

  @Override
  public SplitEnumerator<FileSplit, ScanState> restoreEnumerator(
      SplitEnumeratorContext<FileSplit> context, ScanState state) {
    return new DatasetEnumerator(context, new DatasetScan(selection), interval, state);
  }

  @Override
  public SimpleVersionedSerializer<FileSplit> getSplitSerializer() {
    return new FileSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<ScanState> getEnumeratorCheckpointSerializer() {
    return new ScanStateSerializer();
  }

  @Override
  public TypeInformation<PndaEvent> getProducedType() {
    return PndaEventType.of();
  }
}
