// A Flink accumulator that holds text, so that a text can be read from Flink's REST and history server.
// Subtasks that say the same are shown once, different texts are joined by " | ".
// Flink itself has accumulators for numbers and lists only.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import java.util.TreeSet;
import org.apache.flink.api.common.accumulators.Accumulator;

public final class TextAccumulator implements Accumulator<String, String> {
  private static final long serialVersionUID = 1L;

  private TreeSet<String> texts = new TreeSet<>();

  @Override
  public void add(String text) {
    texts.add(text);
  }

  @Override
  public String getLocalValue() {
    return String.join(" | ", texts);
  }

  @Override
  public void resetLocal() {
    texts.clear();
  }

  @Override
  public void merge(Accumulator<String, String> other) {
    texts.addAll(((TextAccumulator) other).texts);
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public TextAccumulator clone() {
    TextAccumulator copy = new TextAccumulator();
    copy.texts.addAll(texts);
    return copy;
  }

  /** Flink's REST shows an accumulator by this. */
  @Override
  public String toString() {
    return getLocalValue();
  }
}
