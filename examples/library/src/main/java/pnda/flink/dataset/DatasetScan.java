// One look at the file system: which files a selection means now, in the order of their partitions.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

final class DatasetScan implements Callable<List<String>> {
  private final Selection selection;

  DatasetScan(Selection selection) {
    this.selection = selection;
  }

  @Override
  public List<String> call() throws IOException {
    Path root = new Path(selection.root);
    FileSystem files = root.getFileSystem();
    List<String> found = new ArrayList<>();
    TreeSet<String> others = new TreeSet<>();
    boolean fits = false;
    for (FileStatus entry : list(files, root)) {
      String name = entry.getPath().getName();
      if (!entry.isDir()) {
        continue;
      }
      if (!selection.wantsName(name)) {
        others.add(name);
        continue;
      }
      fits = true;
      collect(files, entry.getPath(), new ArrayList<>(), found);
    }
    // Never "no files": who watches would take all for removed, and read it again when it is back.
    if (!fits) {
      throw new FileNotFoundException(
          "no directory " + selection.key + "=" + selection.names + " in " + root + "; found there: "
              + (others.isEmpty() ? "nothing" : String.join(", ", others)));
    }
    found.sort(Comparator.<String>comparingLong(selection.partitions::start).thenComparing(Comparator.naturalOrder()));
    return found;
  }

  /** parts: of the directory, below key=value. */
  private void collect(FileSystem files, Path directory, List<String> parts, List<String> found) throws IOException {
    for (FileStatus entry : list(files, directory)) {
      List<String> below = new ArrayList<>(parts);
      below.add(entry.getPath().getName());
      if (!selection.wantsPath(below)) {
        continue;
      }
      if (entry.isDir()) {
        collect(files, entry.getPath(), below, found);
      } else {
        found.add(entry.getPath().toString());
      }
    }
  }

  /** None where it is not there: housekeeping may have taken it in this moment. */
  private static FileStatus[] list(FileSystem files, Path directory) throws IOException {
    try {
      FileStatus[] entries = files.listStatus(directory);
      return entries == null ? new FileStatus[0] : entries;
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }
}
