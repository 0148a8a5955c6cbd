// What of the platform's datasets is to be read; a value that goes with the job.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.io.Serializable;
import java.nio.file.FileSystems;
import java.nio.file.PathMatcher;
import java.nio.file.Paths;
import java.time.ZoneId;
import java.util.Collections;
import java.util.List;

final class Selection implements Serializable {
  private static final long serialVersionUID = 1;

  /** Directory whose directories are named key=value: …/datasets, …/compacted, …/quarantine. */
  final String root;
  /** source, topic or source_topic. */
  final String key;
  /** Wanted values of the key, each may have wildcards. */
  final List<String> names;
  /** Wildcards for the directories (and files) below key=value, one a level; what lies deeper is all wanted. */
  final List<String> path;
  /** Milliseconds; until is not in the range. */
  final long from;
  final long until;
  final PartitionTime partitions;

  Selection(String root, String key, List<String> names, List<String> path, long from, long until, ZoneId zone) {
    this.root = root.replaceAll("/+$", "");
    this.key = key;
    this.names = Collections.unmodifiableList(names);
    this.path = Collections.unmodifiableList(path);
    this.from = from;
    this.until = until;
    this.partitions = new PartitionTime(zone);
  }

  boolean hasTime(long timestamp) {
    return timestamp >= from && timestamp < until;
  }

  /** directory: a name directly below root. */
  boolean wantsName(String directory) {
    return directory.startsWith(key + "=")
        && names.stream().anyMatch(name -> fits(name, directory.substring(key.length() + 1)));
  }

  /** parts: what comes below key=value, of a directory or a file. */
  boolean wantsPath(List<String> parts) {
    // What begins so is a marker, or a file that is still written.
    String last = parts.get(parts.size() - 1);
    if (last.startsWith("_") || last.startsWith(".")) {
      return false;
    }
    int level = parts.size() - 1;
    return (level >= path.size() || fits(path.get(level), last))
        && partitions.mayHave(String.join("/", parts), from, until);
  }

  private static boolean fits(String pattern, String name) {
    PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    return matcher.matches(Paths.get(name));
  }
}
