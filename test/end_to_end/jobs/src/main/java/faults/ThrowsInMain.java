// Fails in main(), before there is a job: the client fails (per-job) or the application does (application mode).
// SPDX-License-Identifier: Apache-2.0
package faults;

public final class ThrowsInMain {
  public static final String TEXT = "This main() fails on purpose";

  private ThrowsInMain() {}

  public static void main(String[] args) {
    throw new IllegalStateException(TEXT);
  }
}
