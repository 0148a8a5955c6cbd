// A master dataset: {source|topic}=…/year=…/month=…/day=…/hour=…, container files with the codec snappy.
// SPDX-License-Identifier: Apache-2.0
package events;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

final class DatasetWriter {
  private final Path root;
  private final String key;
  private final DateTimeFormatter partition;
  private final int files;
  private final EventSchema schema;
  private final Counts counts = new Counts();
  private int written;

  DatasetWriter(Path root, String key, ZoneId zone, int files, EventSchema schema) {
    this.root = root;
    this.key = key;
    this.partition = DateTimeFormatter.ofPattern("'year='yyyy'/month='MM'/day='dd'/hour='HH").withZone(zone);
    this.files = files;
    this.schema = schema;
  }

  /** Writes all events; returns what can be read of it. damage: the last file is cut, and what is no data lies about. */
  String write(Generator generator, boolean damage) throws IOException {
    Map<Path, List<Generator.Event>> parts = new TreeMap<>();
    while (generator.hasNext()) {
      Generator.Event event = generator.next();
      String place = key + "=" + event.source() + "/" + partition.format(Instant.ofEpochMilli(event.timestamp()));
      parts.computeIfAbsent(root.resolve(place), path -> new ArrayList<>()).add(event);
    }
    StringBuilder broken = new StringBuilder();
    Path last = null;
    for (Map.Entry<Path, List<Generator.Event>> part : parts.entrySet()) {
      Files.createDirectories(part.getKey());
      List<Generator.Event> events = part.getValue();
      for (int number = 0; number < files; number++) {
        List<Generator.Event> some = events.subList(size(events, number), size(events, number + 1));
        if (some.isEmpty()) {
          continue;
        }
        last = part.getKey().resolve(name(some));
        writeFile(last, some);
        some.forEach(event -> counts.add(event.source(), event.timestamp(), event.id()));
      }
    }
    if (damage && last != null) {
      broken.append(quoted(root.relativize(writeCut(last.getParent(), parts.get(last.getParent()).get(0)))));
      Path text = last.resolveSibling("no-avro.avro");
      Files.writeString(text, "This is no Avro file.\n");
      broken.append(", ").append(quoted(root.relativize(text)));
      Files.writeString(last.resolveSibling("_SUCCESS"), "");
      Files.writeString(last.resolveSibling("_COMPACTION_COMPLETE"), "0\n");
    }
    return counts.json("\"files\": " + written + ", \"broken\": [" + broken + "], ");
  }

  private int size(List<Generator.Event> events, int number) {
    return (int) ((long) events.size() * number / files);
  }

  private static String quoted(Path path) {
    return "\"" + path + "\"";
  }

  /** Of the content, so that a seed gives the same names. */
  private static String name(List<Generator.Event> events) {
    return UUID.nameUUIDFromBytes(events.get(0).rawdata()) + ".avro";
  }

  private DataFileWriter<GenericRecord> open(Path path, EventSchema kind) throws IOException {
    DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(kind.schema()));
    writer.setCodec(CodecFactory.snappyCodec());
    writer.setMeta("pnda.family.id", "avro.pnda");
    writer.setMeta("pnda.field.timestamp.extracted", "true");
    writer.setMeta("pnda.field.source.extracted", "true");
    // Its own is random: the same seed is to give the same files.
    byte[] sync = ByteBuffer.allocate(16).putLong(written).putLong(root.relativize(path).hashCode()).array();
    return writer.create(kind.schema(), Files.newOutputStream(path), sync);
  }

  private void writeFile(Path path, List<Generator.Event> events) throws IOException {
    EventSchema kind = schema.of(written++);
    try (DataFileWriter<GenericRecord> writer = open(path, kind)) {
      for (Generator.Event event : events) {
        writer.append(kind.record(event));
      }
    }
  }

  /** Two blocks of one event each, the second one cut: the first one, with id 0, can be read. */
  private Path writeCut(Path directory, Generator.Event like) throws IOException {
    Path path = directory.resolve("cut-off.avro");
    EventSchema kind = schema.of(0);
    Generator.Event event = new Generator.Event(0, like.timestamp(), like.source(), like.host(), "{\"id\": 0}".getBytes());
    try (DataFileWriter<GenericRecord> writer = open(path, kind)) {
      writer.append(kind.record(event));
      writer.sync();
      writer.append(kind.record(event));
    }
    byte[] whole = Files.readAllBytes(path);
    // The end is a marker of 16 bytes, before it the block.
    Files.write(path, Arrays.copyOf(whole, whole.length - 20));
    counts.add(event.source(), event.timestamp(), 0);
    return path;
  }
}
