/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * Emit to push as JavaScript sees it: two tabs of one Chromium, an agent in each, both emit and
 * each receives the other's. The tabs' clocks may differ a little; since both directions take the
 * same time on average, half the difference of their medians is that offset, and is taken out.
 */
final class BrowserProbe implements AutoCloseable {
  private static final int CONNECTIONS = 40;
  private static final int WARM_UP = 20;
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Chromium chromium;
  private final HttpServer pages;
  private final int perTab;
  private final int everyMillis;

  private BrowserProbe(Chromium chromium, HttpServer pages, int perTab, int everyMillis) {
    this.chromium = chromium;
    this.pages = pages;
    this.perTab = perTab;
    this.everyMillis = everyMillis;
  }

  /**
   * Starts the browser and a server for its page.
   *
   * @param samples deliveries to measure, over both directions
   * @param everyMillis mean pause between two outcomes of a tab
   */
  static BrowserProbe start(@Nullable String binary, Places places, int samples, int everyMillis)
      throws IOException {
    HttpServer pages =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pages.createContext("/", BrowserProbe::serve);
    pages.start();
    try {
      Chromium chromium = Chromium.start(binary, places);
      return new BrowserProbe(chromium, pages, (samples + 1) / 2 + WARM_UP, everyMillis);
    } catch (IOException e) {
      pages.stop(0);
      throw e;
    }
  }

  /**
   * What the browser saw, ms.
   *
   * @param push emit to push, clocks' offset taken out
   * @param connect {@code new WebSocket} to {@code onopen}
   * @param clockOffset what was taken out
   */
  record Seen(double[] push, double[] connect, double clockOffset) {
    Double pushMillis(double percentile) {
      return percentile(push, percentile);
    }

    Double connectMillis(double percentile) {
      return percentile(connect, percentile);
    }
  }

  /** The browser's name and version. */
  String version() throws IOException {
    return chromium.version();
  }

  /** Measures one server. */
  Seen measure(URI agents) throws IOException {
    URI page = URI.create("http://127.0.0.1:" + pages.getAddress().getPort() + "/agent.html");
    Chromium.Tab first = chromium.open(page);
    Chromium.Tab second = chromium.open(page);
    try {
      load(first);
      load(second);
      double[] connect =
          numbers(first.evaluate("connections('" + agents + "', " + CONNECTIONS + ")"));
      Topics topic = Topics.of(2, 1, 128, ThreadLocalRandom.current().nextLong());
      join(first, agents, topic, 0);
      join(second, agents, topic, 1);
      String emit = "emit(" + perTab + ", " + everyMillis + ")";
      CompletableFuture<JsonNode> one = first.evaluateAsync(emit);
      CompletableFuture<JsonNode> other = second.evaluateAsync(emit);
      Chromium.await(CompletableFuture.allOf(one, other).thenApply(done -> true));
      return seen(received(first), received(second), connect);
    } finally {
      first.close();
      second.close();
    }
  }

  @Override
  public void close() {
    chromium.close();
    pages.stop(0);
  }

  static double percentile(double[] values, double percentile) {
    double[] sorted = Arrays.stream(values).sorted().toArray();
    int rank = (int) Math.ceil(percentile / 100 * sorted.length);
    return sorted[Math.clamp(rank - 1, 0, sorted.length - 1)];
  }

  /**
   * Joins both directions; {@code forth} and {@code back} hold emit to push on either tab's clock.
   */
  static Seen seen(double[] forth, double[] back, double[] connect) {
    double offset = (percentile(forth, 50) - percentile(back, 50)) / 2;
    double[] push =
        DoubleStream.concat(
                Arrays.stream(forth).map(time -> time - offset),
                Arrays.stream(back).map(time -> time + offset))
            .toArray();
    return new Seen(push, connect, offset);
  }

  private double[] received(Chromium.Tab tab) throws IOException {
    String enough =
        "(async () => { const end = clock() + %d; while (samples.length < %d && clock() < end) await pause(20); return samples; })()"
            .formatted(LIMIT.toMillis(), perTab);
    double[] all = numbers(tab.evaluate(enough));
    if (all.length < perTab) {
      throw new IOException("the page received " + all.length + " of " + perTab + " outcomes");
    }
    return Arrays.copyOfRange(all, WARM_UP, all.length);
  }

  private static void load(Chromium.Tab tab) throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!tab.evaluate("typeof connections === 'function'").asBoolean()) {
      if (System.nanoTime() > end) {
        throw new IOException("the page did not load");
      }
      Waiting.pass(Duration.ofMillis(20));
    }
  }

  private static void join(Chromium.Tab tab, URI agents, Topics topic, int agent)
      throws IOException {
    String id = "page-" + agent + "-" + ThreadLocalRandom.current().nextInt(1 << 30);
    String fingerprint = topic.json(agent, Workload.Digits.JS);
    JsonNode _ = tab.evaluate("join('%s', '%s', %s)".formatted(agents, id, fingerprint));
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange;
        InputStream in = BrowserProbe.class.getResourceAsStream("agent.html")) {
      if (in == null) {
        throw new IOException("agent.html is not on the class path");
      }
      byte[] page = in.readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      // Isolated pages get a clock of 5 µs instead of 100.
      exchange.getResponseHeaders().set("Cross-Origin-Opener-Policy", "same-origin");
      exchange.getResponseHeaders().set("Cross-Origin-Embedder-Policy", "require-corp");
      exchange.sendResponseHeaders(200, page.length);
      exchange.getResponseBody().write(page);
    }
  }
}
