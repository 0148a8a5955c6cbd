// An application's KPIs for the platform's console: posted to its data logger in the background, and never waited for.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.metrics;

import java.io.Serializable;
import java.util.Properties;

/**
 * Made in main(), goes with a function, and is opened there:
 *
 * <pre>{@code
 * PndaMetrics metrics = PndaMetrics.of(ApplicationProperties.load());
 * // in a rich function: in open() and close()
 * kpis = metrics.open();
 * kpis.post("sessions", count);  // application.kpi.<application>.sessions, in the console's tab Metrics
 * kpis.close();
 * }</pre>
 */
public final class PndaMetrics implements Serializable {
  private static final long serialVersionUID = 1;
  public static final String LOGGER = "environment.metric_logger_url";
  public static final String APPLICATION = "component.application";

  private final String url;
  private final String application;

  /** url: of the data logger, …/metrics; empty or null: nothing is posted. */
  public PndaMetrics(String url, String application) {
    this.url = url == null ? "" : url;
    this.application = plain(application);
  }

  /** By application.properties, as the Deployment Manager writes it. */
  public static PndaMetrics of(Properties properties) {
    return new PndaMetrics(properties.getProperty(LOGGER), properties.getProperty(APPLICATION, "unnamed"));
  }

  public Kpis open() {
    return new Kpis(url, "application." + application, "application.kpi." + application + ".");
  }

  /** What the console shows and carbon takes: neither blanks nor signs that mean something to it. */
  static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9_.-]+", "_");
  }
}
