// Real container files for the tests, in the platform's layout and in the envelopes of its years.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;

final class Files {
  static final String PLAIN = schema("pnda.entity", "", "");
  static final String OLD = schema("pnda.entity", "{\"name\": \"host_ip\", \"type\": \"string\"},", "");
  static final String EXTENDED =
      schema("pnda.entity.v2", "", ",{\"name\": \"level\", \"type\": [\"null\", \"int\"], \"default\": null}");
  static final String WITHOUT_SOURCE =
      "{\"type\": \"record\", \"name\": \"event\", \"fields\": [{\"name\": \"timestamp\", \"type\": \"long\"},"
          + " {\"name\": \"rawdata\", \"type\": \"bytes\"}]}";

  private Files() {}

  private static String schema(String namespace, String middle, String end) {
    return "{\"type\": \"record\", \"namespace\": \"" + namespace + "\", \"name\": \"event\", \"fields\": ["
        + "{\"name\": \"timestamp\", \"type\": \"long\"}, {\"name\": \"source\", \"type\": \"string\"}," + middle
        + "{\"name\": \"rawdata\", \"type\": \"bytes\"}" + end + "]}";
  }

  /** Events with the ids first … first + count - 1, a block for each so many; each is a millisecond after the other. */
  static Path write(Path file, String schema, long start, int first, int count, int block) throws IOException {
    java.nio.file.Files.createDirectories(file.getParent());
    Schema parsed = new Schema.Parser().parse(schema);
    try (DataFileWriter<GenericRecord> writer = new DataFileWriter<>(new GenericDatumWriter<>(parsed))) {
      writer.setCodec(CodecFactory.snappyCodec());
      writer.create(parsed, file.toFile());
      for (int i = 0; i < count; i++) {
        GenericRecord record = new GenericData.Record(parsed);
        record.put("timestamp", start + i);
        record.put("rawdata", ByteBuffer.wrap(("{\"id\": " + (first + i) + "}").getBytes(StandardCharsets.UTF_8)));
        put(record, "source", "tests");
        put(record, "host_ip", "192.0.2.1");
        put(record, "level", i % 2 == 0 ? (Object) i : null);
        writer.append(record);
        if ((i + 1) % block == 0) {
          writer.sync();
        }
      }
    }
    return file;
  }

  private static void put(GenericRecord record, String name, Object value) {
    if (record.getSchema().getField(name) != null) {
      record.put(name, value);
    }
  }

  static void cut(Path file, int bytes) throws IOException {
    byte[] whole = java.nio.file.Files.readAllBytes(file);
    java.nio.file.Files.write(file, Arrays.copyOf(whole, whole.length - bytes));
  }
}
