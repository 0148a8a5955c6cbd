// How long a transaction may stay open: not longer than the brokers allow, and best just so long.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;

/**
 * A transaction that is open for longer is aborted, and what is in it is lost, although the checkpoint that it belongs to is
 * complete. So a job must not be down for longer than this; and Flink's own choice of an hour is more than brokers allow by
 * default.
 */
final class TransactionTimeout {
  private static final String LIMIT = "transaction.max.timeout.ms";
  private static final int PATIENCE_SECONDS = 30;

  private TransactionTimeout() {}

  /** wanted: null for the longest that the brokers allow. */
  static Duration settle(Properties client, Duration wanted) {
    return settle(limit(client), wanted);
  }

  static Duration settle(Duration limit, Duration wanted) {
    if (wanted == null) {
      return limit;
    }
    if (wanted.compareTo(limit) > 0) {
      throw new IllegalArgumentException(
          "the transactions' time-out is " + wanted + ", the brokers allow " + limit + " (" + LIMIT
              + "): choose a shorter one, or raise it there");
    }
    return wanted;
  }

  /** The least of what the brokers say. */
  private static Duration limit(Properties client) {
    try (Admin admin = Admin.create(client)) {
      List<ConfigResource> brokers = new ArrayList<>();
      for (Node node : admin.describeCluster().nodes().get(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        brokers.add(new ConfigResource(ConfigResource.Type.BROKER, node.idString()));
      }
      Map<ConfigResource, Config> told = admin.describeConfigs(brokers).all().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      long least = Long.MAX_VALUE;
      for (Config config : told.values()) {
        ConfigEntry entry = config.get(LIMIT);
        if (entry != null) {
          least = Math.min(least, Long.parseLong(entry.value()));
        }
      }
      if (least == Long.MAX_VALUE) {
        throw new IllegalStateException("no broker of " + client.getProperty("bootstrap.servers") + " says its " + LIMIT);
      }
      return Duration.ofMillis(least);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(
          "the brokers of " + client.getProperty("bootstrap.servers") + " do not say what their " + LIMIT + " is: " + e
              + "; they have to be reachable from where the job is submitted, and the account has to be allowed to read their"
              + " configuration",
          e);
    }
  }
}
