// Tests of Sequence against a plain loop over the numbers.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SequenceTest {
  @Test
  void agreesWithDealingTheNumbersOutOneByOne() {
    for (long keys : new long[] {1, 2, 7, 8}) {
      long[] counts = new long[(int) keys];
      long[] sums = new long[(int) keys];
      for (long number = 1; number <= 50; number++) {
        int key = (int) Sequence.key(number, keys);
        assertEquals(number, Sequence.next(key, counts[key], keys));
        counts[key]++;
        sums[key] += number;
        for (int k = 0; k < keys; k++) {
          assertEquals(counts[k], Sequence.count(k, number, keys), k + " of " + keys);
          assertEquals(sums[k], Sequence.sum(k, number, keys), k + " of " + keys);
        }
      }
    }
  }
}
