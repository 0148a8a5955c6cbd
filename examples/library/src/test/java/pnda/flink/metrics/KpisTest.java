// KPIs at a data logger, and at one that is slow, refuses, or is not there.
// SPDX-License-Identifier: Apache-2.0
package pnda.flink.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class KpisTest {
  private final List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());
  private volatile int code = 200;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          ByteArrayOutputStream body = new ByteArrayOutputStream();
          byte[] some = new byte[4096];
          for (int count = exchange.getRequestBody().read(some); count > 0; count = exchange.getRequestBody().read(some)) {
            body.write(some, 0, count);
          }
          bodies.add(body.toByteArray());
          exchange.sendResponseHeaders(code, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort() + "/metrics";
  }

  private List<JsonNode> items() throws IOException {
    List<JsonNode> items = new ArrayList<>();
    for (byte[] body : bodies.toArray(new byte[0][])) {
      new ObjectMapper().readTree(body).get("data").forEach(items::add);
    }
    return items;
  }

  private void await(int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
    while (items().size() < count) {
      assertTrue(System.nanoTime() < end, items().toString());
      Thread.sleep(10);
    }
  }

  @Test
  void asTheDataLoggerWantsThem() throws Exception {
    Properties properties = new Properties();
    properties.setProperty(PndaMetrics.LOGGER, url());
    properties.setProperty(PndaMetrics.APPLICATION, "counting");
    Kpis kpis = PndaMetrics.of(properties).open();
    kpis.post("Current Count (word=a)", 7);
    kpis.post("share", 0.5);
    kpis.post("state", "fine");
    await(3);
    kpis.close();
    List<JsonNode> items = items();
    assertEquals(3, items.size());
    JsonNode first = items.get(0);
    assertEquals("application.counting", first.get("source").asText());
    assertEquals("application.kpi.counting.Current_Count_word_a_", first.get("metric").asText());
    assertTrue(first.get("value").isIntegralNumber());
    assertEquals("[]", first.get("causes").asText());
    assertTrue(first.get("timestamp").isIntegralNumber());
    assertEquals(0.5, items.get(1).get("value").asDouble());
    assertEquals("fine", items.get(2).get("value").asText());
    assertTrue(new ObjectMapper().readTree(bodies.get(0)).get("timestamp").isIntegralNumber());
  }

  @Test
  void noRequestIsTooLarge() throws Exception {
    Kpis kpis = new PndaMetrics(url(), "a").open();
    String text = String.join("", Collections.nCopies(1000, "x"));
    for (int i = 0; i < 500; i++) {
      kpis.post("name", text);
    }
    await(500);
    kpis.close();
    bodies.forEach(body -> assertTrue(body.length <= 102_400, "bytes: " + body.length));
  }

  /** Accepts connections and never answers. */
  @Test
  void neverBlocks() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Kpis kpis = new PndaMetrics("http://localhost:" + silent.getLocalPort() + "/metrics", "a").open();
      long began = System.nanoTime();
      for (int i = 0; i < 100_000; i++) {
        kpis.post("name", i);
      }
      kpis.close();
      assertTrue(System.nanoTime() - began < TimeUnit.SECONDS.toNanos(60));
      assertTrue(kpis.dropped() >= 100_000 - 2 * Kpis.MOST_WAITING, "dropped: " + kpis.dropped());
    }
  }

  @Test
  void whatIsRefusedDoesNotStandInTheWay() throws Exception {
    code = 500;
    Kpis kpis = new PndaMetrics(url(), "a").open();
    kpis.post("bad", 1);
    await(1);
    code = 200;
    kpis.post("good", 2);
    await(2);
    kpis.close();
    assertEquals(1, kpis.dropped());
    assertEquals("application.kpi.a.good", items().get(1).get("metric").asText());
  }

  @Test
  void withoutADataLoggerNothingIsDone() throws Exception {
    Kpis kpis = PndaMetrics.of(new Properties()).open();
    kpis.post("name", 1);
    kpis.close();
    assertEquals(0, kpis.dropped());
  }
}
