// The envelopes that the platform's events came in over the years.
// SPDX-License-Identifier: Apache-2.0
package events;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

enum EventSchema {
  PLAIN("pnda.entity", "", ""),
  OLD("pnda.entity", "{\"name\": \"host_ip\", \"type\": \"string\"},", ""),
  EXTENDED(
      "pnda.entity.v2",
      "",
      ",{\"name\": \"site\", \"type\": [\"null\", \"string\"], \"default\": null}"
          + ",{\"name\": \"level\", \"type\": [\"null\", \"int\"], \"default\": null}"),
  /** Of a dataset: each of the others in turn. */
  MIXED("pnda.entity", "", "");

  private final Schema schema;

  EventSchema(String namespace, String middle, String end) {
    schema =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"namespace\": \"" + namespace + "\", \"name\": \"event\", \"fields\": ["
                    + "{\"name\": \"timestamp\", \"type\": \"long\"},{\"name\": \"source\", \"type\": \"string\"},"
                    + middle + "{\"name\": \"rawdata\", \"type\": \"bytes\"}" + end + "]}");
  }

  Schema schema() {
    return schema;
  }

  /** The one for a file of this number. */
  EventSchema of(int file) {
    return this == MIXED ? values()[file % 3] : this;
  }

  GenericRecord record(Generator.Event event) {
    GenericRecord record = new GenericData.Record(schema);
    record.put("timestamp", event.timestamp());
    record.put("source", event.source());
    record.put("rawdata", ByteBuffer.wrap(event.rawdata()));
    if (this == OLD) {
      record.put("host_ip", "192.0.2." + event.id() % 250);
    } else if (this == EXTENDED && event.id() % 2 == 0) {
      record.put("site", "site-" + event.id() % 5);
      record.put("level", (int) (event.id() % 7));
    }
    return record;
  }
}
