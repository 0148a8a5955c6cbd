// A file of the dataset, and how far it has been read.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import org.apache.flink.api.connector.source.SourceSplit;

/** Immutable. Files are never split: the platform's are small. */
public final class FileSplit implements SourceSplit {
  private final String path;
  private final long block;
  private final long records;

  public FileSplit(String path) {
    this(path, 0, 0);
  }

  /** block: where in the file the block begins that is being read, 0 for the first; records: how many of it were read. */
  public FileSplit(String path, long block, long records) {
    this.path = path;
    this.block = block;
    this.records = records;
  }

  @Override
  public String splitId() {
    return path;
  }

  public String path() {
    return path;
  }

  public long block() {
    return block;
  }

  public long records() {
    return records;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileSplit
        && path.equals(((FileSplit) other).path)
        && block == ((FileSplit) other).block
        && records == ((FileSplit) other).records;
  }

  @Override
  public int hashCode() {
    return path.hashCode();
  }

  @Override
  public String toString() {
    return path + " from " + block + "+" + records;
  }
}
