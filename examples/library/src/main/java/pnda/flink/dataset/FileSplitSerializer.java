// File splits in checkpoints and on their way to readers.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

final class FileSplitSerializer implements SimpleVersionedSerializer<FileSplit> {
  static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(FileSplit split) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    write(split, out);
    return out.getCopyOfBuffer();
  }

  @Override
  public FileSplit deserialize(int version, byte[] bytes) throws IOException {
    require(version);
    return read(new DataInputDeserializer(bytes));
  }

  static void write(FileSplit split, DataOutputSerializer out) throws IOException {
    out.writeUTF(split.path());
    out.writeLong(split.block());
    out.writeLong(split.records());
  }

  static FileSplit read(DataInputDeserializer in) throws IOException {
    return new FileSplit(in.readUTF(), in.readLong(), in.readLong());
  }

  static void require(int version) throws IOException {
    if (version != VERSION) {
      throw new IOException("state of MasterDataset is of version " + version + ", this library knows " + VERSION);
    }
  }
}
