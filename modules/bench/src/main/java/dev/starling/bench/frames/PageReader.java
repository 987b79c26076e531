/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.starling.bench.Chromium;
import dev.starling.bench.Places;
import dev.starling.bench.Waiting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A page in Chromium that reads frames of protocol 1 as the reference's pages do: field by field
 * into an object for each node. One caller at a time.
 */
final class PageReader implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpServer pages;
  private final Chromium chromium;
  private Chromium.@Nullable Tab tab;

  private PageReader(Places places, @Nullable String binary) throws IOException {
    this.pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    pages.createContext("/", PageReader::serve);
    pages.start();
    try {
      this.chromium = Chromium.start(binary, places);
    } catch (IOException e) {
      pages.stop(0);
      throw e;
    }
  }

  /** Starts {@code binary}, or the first Chromium on the path where it is null. */
  static PageReader start(Places places, @Nullable String binary) throws IOException {
    return new PageReader(places, binary);
  }

  String version() throws IOException {
    return chromium.version();
  }

  /** Opens the page and connects it. */
  void watch(URI to) throws IOException {
    URI page = URI.create("http://127.0.0.1:" + pages.getAddress().getPort() + "/frames.html");
    Chromium.Tab opened = chromium.open(page);
    tab = opened;
    if (!Waiting.until(() -> isLoaded(opened), LIMIT)) {
      throw new IOException("the page did not load");
    }
    JsonNode _ = opened.evaluate("watch('" + to + "')");
  }

  private static boolean isLoaded(Chromium.Tab opened) {
    try {
      return opened.evaluate("typeof watch === 'function'").asBoolean();
    } catch (IOException e) {
      return false; // there is no page yet that could say
    }
  }

  /**
   * What the page counted.
   *
   * @param nodes of the last frame
   * @param parseMs median time of a frame in the parser
   * @param gapMs between two frames, 99th percentile
   */
  record Counted(double framesPerSecond, int nodes, double parseMs, double gapMs) {}

  /** Counts for so long from now on. */
  CompletableFuture<Counted> count(Duration time) {
    Chromium.Tab open = tab;
    if (open == null) {
      throw new IllegalStateException("nothing is watched");
    }
    return open.evaluateAsync("count(" + time.toMillis() + ")")
        .thenApply(counted ->
            new Counted(
                counted.path("framesPerSecond").asDouble(),
                counted.path("nodes").asInt(),
                counted.path("parseMs").asDouble(),
                counted.path("gapMs").asDouble()));
  }

  void leave() throws IOException {
    Chromium.Tab open = tab;
    tab = null;
    if (open != null) {
      open.close();
    }
  }

  private static void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = page();
      exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
      exchange.getResponseHeaders().set("Cross-Origin-Opener-Policy", "same-origin");
      exchange.getResponseHeaders().set("Cross-Origin-Embedder-Policy", "require-corp");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static byte[] page() throws IOException {
    try (InputStream in = PageReader.class.getResourceAsStream("frames.html")) {
      if (in == null) {
        throw new IOException("frames.html is not on the class path");
      }
      return in.readAllBytes();
    }
  }

  @Override
  public void close() {
    chromium.close();
    pages.stop(0);
  }
}
