// The arithmetic the jobs prove themselves by: the numbers 1, 2, 3 … dealt out to a number of keys.
// Key k of n gets, in this order, the numbers k, k + n, k + 2n … (key 0: n, 2n, 3n …).
// So the count of a key tells exactly which number must come next.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

final class Sequence {
  private Sequence() {}

  static long key(long number, long keys) {
    return number % keys;
  }

  /** The number that a key must get after it got count numbers. */
  static long next(long key, long count, long keys) {
    return (key == 0 ? keys : key) + count * keys;
  }

  /** How many of the numbers 1 … last a key gets. */
  static long count(long key, long last, long keys) {
    return key == 0 ? last / keys : (last - key + keys) / keys;
  }

  /** The sum of those numbers. */
  static long sum(long key, long last, long keys) {
    long count = count(key, last, keys);
    long first = next(key, 0, keys);
    return count * first + keys * (count * (count - 1) / 2);
  }
}
