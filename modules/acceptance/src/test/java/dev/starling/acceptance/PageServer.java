/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Serves this package's resources on a free port of loopback: somebody else's web site. */
final class PageServer implements AutoCloseable {
  private final HttpServer server;
  private final Map<String, String> added = new ConcurrentHashMap<>();

  private PageServer(HttpServer server) {
    this.server = server;
  }

  static PageServer start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      PageServer pages = new PageServer(server);
      server.createContext("/", pages::serve);
      server.start();
      return pages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Serves a page or a script that is no resource, too. */
  void add(String path, String text) {
    added.put(path, text);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String given = added.get(path);
      if (given == null && !path.matches("/[a-z-]+\\.(html|js)")) {
        exchange.sendResponseHeaders(path.equals("/favicon.ico") ? 204 : 404, -1);
        return;
      }
      String text = given == null ? Chromium.resource(path.substring(1)) : given;
      byte[] body = text.getBytes(UTF_8);
      String type = path.endsWith(".js") ? "text/javascript" : "text/html";
      exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Where a page is. */
  String url(String page) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + page;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
