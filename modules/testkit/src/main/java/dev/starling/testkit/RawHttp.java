/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One HTTP request, written as it is, and its whole answer: for what no proper client sends. */
public final class RawHttp {
  private static final int PATIENCE_MILLIS = 20_000;
  private static final String UPGRADE =
      String.join(
          "\r\n",
          "Upgrade: websocket",
          "Connection: Upgrade",
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
          "Sec-WebSocket-Version: 13",
          "");

  private RawHttp() {}

  /** An answer; header names in lower case. */
  public record Answer(int status, List<String> headers, String body) {
    /** The first value of a header. */
    public Optional<String> header(String name) {
      String start = name.toLowerCase(Locale.ROOT) + ": ";
      return headers.stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
          .map(line -> line.substring(start.length()))
          .findFirst();
    }

    /** The error that the body tells of; fails where it tells of none. */
    public JsonObject error() {
      return new JsonObject(body).getJsonObject("error");
    }
  }

  /** Asks for {@code path}; each of {@code headers} is a line, and only those are sent. */
  public static Answer send(int port, String method, String path, String... headers) {
    return exchange(port, request(method, path, "Connection: close\r\n", headers));
  }

  /** Asks for a socket; gives the answer where it is none. */
  public static Answer upgrade(int port, String path, String... headers) {
    return exchange(port, request("GET", path, UPGRADE, headers));
  }

  private static String request(String method, String path, String more, String... headers) {
    StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\n" + more);
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    return request.append("\r\n").toString();
  }

  /** The answer to a request that is written as it is. */
  public static Answer exchange(int port, String request) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = socket.getInputStream().read();
        if (next < 0) {
          throw new AssertionError("the connection ended after: " + head);
        }
        head.append((char) next);
      }
      List<String> lines = new ArrayList<>(List.of(head.toString().strip().split("\r\n", -1)));
      int status = Integer.parseInt(lines.removeFirst().split(" ", 3)[1]);
      Answer bare = new Answer(status, lines, "");
      int length = bare.header("content-length").map(Integer::parseInt).orElse(0);
      boolean hasBody = !request.startsWith("HEAD ");
      byte[] body = hasBody ? socket.getInputStream().readNBytes(length) : new byte[0];
      return new Answer(status, lines, new String(body, ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
