// A file of Flink's file systems for Avro. What the storage cannot do is told apart from what is wrong with the content.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.IOException;
import org.apache.avro.file.SeekableInput;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

final class StoredInput implements SeekableInput {
  /** The storage gave no answer, or an error: that says nothing of the file. */
  static final class StorageFailure extends IOException {
    private static final long serialVersionUID = 1;

    StorageFailure(Path path, IOException cause) {
      super("cannot read " + path + ": " + cause.getMessage(), cause);
    }
  }

  private final Path path;
  private final long length;
  private final FSDataInputStream stream;

  /** A file that is not there is a FileNotFoundException. */
  StoredInput(Path path) throws IOException {
    FileSystem files = path.getFileSystem();
    this.path = path;
    this.length = files.getFileStatus(path).getLen();
    this.stream = files.open(path);
  }

  static boolean isStorageFailure(Throwable problem) {
    for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
      if (cause instanceof StorageFailure) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void seek(long position) throws IOException {
    try {
      stream.seek(position);
    } catch (IOException e) {
      throw new StorageFailure(path, e);
    }
  }

  @Override
  public long tell() throws IOException {
    return stream.getPos();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    try {
      return stream.read(bytes, offset, count);
    } catch (IOException e) {
      throw new StorageFailure(path, e);
    }
  }

  @Override
  public void close() throws IOException {
    stream.close();
  }
}
