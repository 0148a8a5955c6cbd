// The enumerator's state in checkpoints.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

final class ScanStateSerializer implements SimpleVersionedSerializer<ScanState> {
  @Override
  public int getVersion() {
    return FileSplitSerializer.VERSION;
  }

  @Override
  public byte[] serialize(ScanState state) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(4096);
    out.writeBoolean(state.complete);
    out.writeInt(state.waiting.size());
    for (FileSplit split : state.waiting) {
      FileSplitSerializer.write(split, out);
    }
    out.writeInt(state.found.size());
    for (String path : state.found) {
      out.writeUTF(path);
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public ScanState deserialize(int version, byte[] bytes) throws IOException {
    FileSplitSerializer.require(version);
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    boolean complete = in.readBoolean();
    List<FileSplit> waiting = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      waiting.add(FileSplitSerializer.read(in));
    }
    List<String> found = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      found.add(in.readUTF());
    }
    return new ScanState(waiting, found, complete);
  }
}
