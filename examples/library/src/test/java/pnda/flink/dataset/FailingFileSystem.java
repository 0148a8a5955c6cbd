// A file system whose reads fail when a test says so: failing:/path is the local /path.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.IOException;
import java.net.URI;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.FileSystemFactory;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

final class FailingFileSystem extends LocalFileSystem {
  private static volatile boolean fails;

  static void fail(boolean yes) {
    fails = yes;
  }

  public static final class Factory implements FileSystemFactory {
    @Override
    public String getScheme() {
      return "failing";
    }

    @Override
    public FileSystem create(URI uri) {
      return new FailingFileSystem();
    }
  }

  private static Path local(Path path) {
    return new Path(path.toUri().getPath());
  }

  @Override
  public URI getUri() {
    return URI.create("failing:///");
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return super.getFileStatus(local(path));
  }

  @Override
  public FSDataInputStream open(Path path) throws IOException {
    FSDataInputStream stream = super.open(local(path));
    return new FSDataInputStream() {
      @Override
      public void seek(long position) throws IOException {
        stream.seek(position);
      }

      @Override
      public long getPos() throws IOException {
        return stream.getPos();
      }

      @Override
      public int read() throws IOException {
        check();
        return stream.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int count) throws IOException {
        check();
        // Little by little, as a network gives it: else all is there at the first read.
        return stream.read(bytes, offset, Math.min(count, 64));
      }

      private void check() throws IOException {
        if (fails) {
          throw new IOException("the storage does not answer");
        }
      }

      @Override
      public void close() throws IOException {
        stream.close();
      }
    };
  }
}
