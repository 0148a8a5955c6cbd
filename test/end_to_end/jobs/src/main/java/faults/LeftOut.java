// Compiled, but kept out of the jar (see pom.xml), for LacksClass.
// SPDX-License-Identifier: Apache-2.0
package faults;

final class LeftOut {
  private LeftOut() {}

  static long same(long number) {
    return number;
  }
}
