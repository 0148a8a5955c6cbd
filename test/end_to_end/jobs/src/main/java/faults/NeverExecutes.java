// Ends main() normally without having executed a job.
// SPDX-License-Identifier: Apache-2.0
package faults;

public final class NeverExecutes {
  private NeverExecutes() {}

  public static void main(String[] args) {}
}
