// Avro fragments, as the platform's topics carry them: an event in binary form, without header and without a schema's id.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.event;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Of one schema, which the reader has to know. Not for several threads at once. */
public final class Fragment {
  private final Schema schema;
  private final GenericDatumReader<GenericRecord> reader;
  private final GenericDatumWriter<GenericRecord> writer;
  private BinaryDecoder decoder;
  private BinaryEncoder encoder;

  /** schema: as JSON, the one that the topic's events are written with. */
  public Fragment(String schema) {
    this.schema = new Schema.Parser().parse(schema);
    reader = new GenericDatumReader<>(this.schema);
    writer = new GenericDatumWriter<>(this.schema);
  }

  /** Throws an IOException that says what is wrong with the bytes, whatever it is. */
  public PndaEvent read(byte[] bytes) throws IOException {
    try {
      // Once without making anything of it: foreign bytes may say that two gigabytes come, and Avro believes them.
      decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
      GenericDatumReader.skip(schema, decoder);
      if (!decoder.isEnd()) {
        throw new AvroTypeException("more bytes than an event of the schema " + schema.getFullName() + " has");
      }
      decoder = DecoderFactory.get().binaryDecoder(bytes, decoder);
      return EventRecord.read(reader.read(null, decoder));
    } catch (RuntimeException | IOException e) {
      throw new IOException("no event of the schema " + schema.getFullName() + ": " + e, e);
    }
  }

  /** An extension is written where the schema has a field of that name; what is missing takes the field's default. */
  public byte[] write(PndaEvent event) throws IOException {
    GenericRecord record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      switch (field.name()) {
        case "timestamp":
          record.put(field.pos(), event.timestamp);
          break;
        case "source":
          record.put(field.pos(), event.source);
          break;
        case "rawdata":
          record.put(field.pos(), ByteBuffer.wrap(event.rawdata));
          break;
        default:
          record.put(field.pos(), extension(field, event.extensions.get(field.name())));
      }
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(event.rawdata.length + 64);
    encoder = EncoderFactory.get().binaryEncoder(bytes, encoder);
    writer.write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  private static Object extension(Schema.Field field, String text) {
    if (text == null) {
      if (!field.hasDefaultValue()) {
        throw new AvroTypeException("the event has no " + field.name() + ", and the schema no default for it");
      }
      return GenericData.get().getDefaultValue(field);
    }
    Schema schema = field.schema();
    if (schema.getType() == Schema.Type.UNION) {
      schema = schema.getTypes().stream().filter(one -> one.getType() != Schema.Type.NULL).findFirst().orElse(schema);
    }
    switch (schema.getType()) {
      case STRING:
        return text;
      case INT:
        return Integer.valueOf(text);
      case LONG:
        return Long.valueOf(text);
      case FLOAT:
        return Float.valueOf(text);
      case DOUBLE:
        return Double.valueOf(text);
      case BOOLEAN:
        return Boolean.valueOf(text);
      default:
        throw new AvroTypeException("extension " + field.name() + " is of a type that is not written: " + schema);
    }
  }
}
