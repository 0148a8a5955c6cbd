// One container file: its events by the file's own schema, and where to go on after a restart.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.flink.core.fs.Path;
import pnda.flink.event.EventRecord;
import pnda.flink.event.PndaEvent;

final class EventFile implements AutoCloseable {
  /** Something is wrong with the file itself, now and at the next try. */
  static final class Broken extends Exception {
    private static final long serialVersionUID = 1;

    Broken(String reason, Throwable cause) {
      super(reason, cause);
    }
  }

  private final String path;
  private StoredInput input;
  private DataFileReader<GenericRecord> reader;
  private GenericRecord record;
  private long block;
  private long records;

  /** Goes on where the split says. */
  EventFile(FileSplit split) throws IOException, Broken {
    path = split.path();
    try {
      input = new StoredInput(new Path(path));
      reader = new DataFileReader<>(input, new GenericDatumReader<>());
      block = reader.previousSync();
      if (split.block() > 0) {
        reader.seek(split.block());
        block = split.block();
      }
      while (records < split.records() && next() != null) {
        // Read before the restart.
      }
    } catch (FileNotFoundException e) {
      close();
      throw new Broken("it is gone", e);
    } catch (RuntimeException | IOException e) {
      close();
      throw judged(e);
    } catch (OutOfMemoryError e) {
      close();
      throw tooLarge(e);
    } catch (Broken e) {
      close();
      throw e;
    }
  }

  /** null at the end. */
  PndaEvent next() throws IOException, Broken {
    try {
      if (!reader.hasNext()) {
        // A file that ends within the head of a block looks to Avro like one that ends before it.
        if (reader.previousSync() != input.length()) {
          throw new Broken("it is cut off at byte " + input.length(), null);
        }
        return null;
      }
      if (reader.previousSync() != block) {
        block = reader.previousSync();
        records = 0;
      }
      record = reader.next(record);
      PndaEvent event = EventRecord.read(record);
      records++;
      return event;
    } catch (RuntimeException | IOException e) {
      throw judged(e);
    } catch (OutOfMemoryError e) {
      if (blockIsLongerThanFile()) {
        throw new Broken("a block of it at byte " + reader.previousSync() + " says that it is longer than the file", e);
      }
      throw tooLarge(e);
    }
  }

  /** Avro makes room for what a file says of itself, before it looks what is there. */
  private boolean blockIsLongerThanFile() throws IOException {
    long start = reader.previousSync();
    byte[] head = new byte[(int) Math.min(20, Math.max(0, input.length() - start))];
    input.seek(start);
    int count = 0;
    for (int read = 0; read >= 0 && count < head.length; count += Math.max(0, read)) {
      read = input.read(head, count, head.length - count);
    }
    try {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(head, 0, count, null);
      decoder.readLong(); // how many events
      return decoder.readLong() > input.length() - start;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  /** Is the file broken, or the task too small? That is for people to find out. */
  private IOException tooLarge(OutOfMemoryError problem) {
    return new IOException(
        "the file " + path + " asks for more memory than the task has: it is broken, or the task too small", problem);
  }

  FileSplit position() {
    return new FileSplit(path, block, records);
  }

  /** Avro throws what it likes at content that is none; only what came from the storage is no word about the file. */
  private static Broken judged(Exception problem) throws IOException {
    if (StoredInput.isStorageFailure(problem)) {
      throw new IOException(problem);
    }
    return new Broken(problem.toString(), problem);
  }

  @Override
  public void close() throws IOException {
    if (input != null) {
      input.close();
    }
  }
}
