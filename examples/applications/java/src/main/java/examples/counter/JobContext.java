// What every task of the examples does first: read application.properties and say what it found.
// It registers the accumulators that prove, at Flink's REST, which application and version runs.
// It also finds the metric group, whose type changed in Flink 1.14.
// SPDX-License-Identifier: Apache-2.0
package examples.counter;

import java.io.IOException;
import java.util.Properties;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.MetricGroup;

final class JobContext {
  private JobContext() {}

  /**
   * Registers accumulators application_in_main, application_in_task and version; call once a task.
   *
   * @param applicationInMain what main() read, handed to the task with the function
   */
  static void describe(RuntimeContext context, String applicationInMain) throws IOException {
    Properties properties = ApplicationProperties.load("task " + context.getClass().getSimpleName());
    text(context, "application_in_main", applicationInMain);
    text(context, "application_in_task", ApplicationProperties.shown(properties));
    text(context, "version", version());
  }

  /** The version in the manifest of the jar, or "unknown" where the classes are in no jar. */
  static String version() {
    String version = JobContext.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /**
   * The operator's metric group. Asked for by reflection, because getMetricGroup() returns another type
   * since Flink 1.14, so a direct call compiled against one does not link with the other.
   */
  static MetricGroup metrics(RuntimeContext context) {
    try {
      return (MetricGroup) RuntimeContext.class.getMethod("getMetricGroup").invoke(context);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This Flink has no RuntimeContext.getMetricGroup()", e);
    }
  }

  private static void text(RuntimeContext context, String name, String text) {
    TextAccumulator accumulator = new TextAccumulator();
    accumulator.add(text);
    context.addAccumulator(name, accumulator);
  }
}
