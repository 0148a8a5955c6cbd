// What becomes of a file that is no Avro, is cut off, or has a schema without an event's fields.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.dataset;

public enum BrokenFiles {
  /** Named in the log and counted by the metric brokenFiles; what can be read of it is read. */
  SKIP,
  /** Besides, one event stands for it, exactly once as all of them: PndaEvent.isBrokenFile(). */
  REPORT,
  /** The job fails. */
  FAIL
}
