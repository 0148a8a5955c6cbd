// Ends main() normally without having executed a job.
package faults;

public final class NeverExecutes {
  private NeverExecutes() {}

  public static void main(String[] args) {}
}
