// What the enumerator keeps in checkpoints: files that nobody reads yet, and those that were handed out before.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

import java.util.Collection;
import java.util.Collections;

public final class ScanState {
  /** Each in its order. */
  final Collection<FileSplit> waiting;
  /** Paths of all that were found, waiting ones included. */
  final Collection<String> found;
  /** Of a bounded source: there was a scan, and there will be no other. */
  final boolean complete;

  ScanState(Collection<FileSplit> waiting, Collection<String> found, boolean complete) {
    this.waiting = Collections.unmodifiableCollection(waiting);
    this.found = Collections.unmodifiableCollection(found);
    this.complete = complete;
  }
}
