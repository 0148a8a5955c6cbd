// Values on their way to the data logger: a bounded queue, and one thread that posts.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.metrics;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

public final class Kpis implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Kpis.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  /** So many values wait; then the oldest one goes. */
  static final int MOST_WAITING = 1000;
  /** The data logger takes 102,400 bytes a request. */
  static final int MOST_AT_ONCE = 90_000;
  private static final int REQUEST_MS = 5_000;
  private static final long PAUSE_MS = 5_000;
  private static final long CLOSE_MS = 2_000;

  private final String url;
  private final String source;
  private final String prefix;
  private final Deque<ObjectNode> waiting = new ArrayDeque<>();
  private final Thread thread;
  private boolean closed;
  private long dropped;

  Kpis(String url, String source, String prefix) {
    this.url = url;
    this.source = source;
    this.prefix = prefix;
    thread = new Thread(this::work, "KPIs of " + source);
    thread.setDaemon(true);
    if (!url.isEmpty()) {
      thread.start();
    }
  }

  public void post(String name, long value) {
    add(item(name).put("value", value));
  }

  public void post(String name, double value) {
    add(item(name).put("value", value));
  }

  public void post(String name, String value) {
    add(item(name).put("value", value));
  }

  /** How many values gave way to newer ones, or were of no use to the data logger. */
  public synchronized long dropped() {
    return dropped;
  }

  private ObjectNode item(String name) {
    // Its causes are a list in a text.
    return JSON.createObjectNode()
        .put("source", source)
        .put("metric", prefix + PndaMetrics.plain(name))
        .put("causes", "[]")
        .put("timestamp", System.currentTimeMillis());
  }

  private synchronized void add(ObjectNode item) {
    if (url.isEmpty() || closed) {
      return;
    }
    if (waiting.size() == MOST_WAITING) {
      waiting.removeFirst();
      dropped++;
    }
    waiting.addLast(item);
    notifyAll();
  }

  private void work() {
    boolean told = false;
    try {
      for (ArrayNode items = next(); items != null; items = next()) {
        try {
          int code = post(items);
          told = told && code != 200;
          if (code != 200) {
            // It has them, and does not want them: the same ones would stand in the way of all that come.
            drop(items.size(), code);
          }
        } catch (IOException | RuntimeException e) {
          if (!told) {
            LOG.warn("KPIs cannot be posted to {}; this is said once until they can: {}", url, e.toString());
          }
          told = true;
          if (!back(items)) {
            return;
          }
        }
      }
    } catch (InterruptedException e) {
      // close() waits no longer
    }
  }

  /** null: closed, and nothing is left. */
  private synchronized ArrayNode next() throws InterruptedException {
    while (waiting.isEmpty()) {
      if (closed) {
        return null;
      }
      wait();
    }
    ArrayNode items = JSON.createArrayNode();
    int size = 0;
    do {
      ObjectNode item = waiting.removeFirst();
      size += length(item);
      items.add(item);
    } while (!waiting.isEmpty() && size + length(waiting.peekFirst()) < MOST_AT_ONCE);
    return items;
  }

  /** In bytes, with the comma. */
  private static int length(ObjectNode item) {
    return item.toString().getBytes(StandardCharsets.UTF_8).length + 1;
  }

  /** For the next try, in front, as far as there is room; false: there will be none. */
  private synchronized boolean back(ArrayNode items) throws InterruptedException {
    for (int i = items.size() - 1; i >= 0; i--) {
      if (waiting.size() < MOST_WAITING) {
        waiting.addFirst((ObjectNode) items.get(i));
      } else {
        dropped++;
      }
    }
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PAUSE_MS);
    for (long left = PAUSE_MS; left > 0 && !closed; left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) {
      wait(left);
    }
    return !closed;
  }

  private synchronized void drop(int count, int code) {
    if (dropped == 0) {
      LOG.warn("{} answers {} to KPIs, which are lost; this is said once", url, code);
    }
    dropped += count;
  }

  private int post(ArrayNode items) throws IOException {
    ObjectNode body = JSON.createObjectNode();
    body.set("data", items);
    body.put("timestamp", System.currentTimeMillis());
    HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
    connection.setConnectTimeout(REQUEST_MS);
    connection.setReadTimeout(REQUEST_MS);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Connection", "close");
    try (OutputStream out = connection.getOutputStream()) {
      JSON.writeValue(out, body);
    }
    int code = connection.getResponseCode();
    try (InputStream answer = code < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      while (answer != null && answer.read() >= 0) {
        // Read to its end, so that the connection closes in order.
      }
    }
    return code;
  }

  /** What waits is posted if that takes a moment, and is left if it takes longer. */
  @Override
  public void close() throws InterruptedException {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.join(CLOSE_MS);
    thread.interrupt();
  }
}
