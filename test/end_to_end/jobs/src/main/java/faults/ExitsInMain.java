// Ends the JVM in main() with --status N (default 3), before there is a job.
// SPDX-License-Identifier: Apache-2.0
package faults;

public final class ExitsInMain {
  private ExitsInMain() {}

  public static void main(String[] args) {
    System.exit((int) Numbers.argument(args, "status", 3));
  }
}
