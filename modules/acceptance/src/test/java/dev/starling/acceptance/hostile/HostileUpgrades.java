/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;

/** Handshakes and other requests with something wrong with them. */
final class HostileUpgrades {
  private static final Set<Integer> STATUSES =
      Set.of(101, 200, 400, 403, 404, 405, 411, 413, 414, 415, 417, 426, 429, 431, 501, 505);

  private static final int PATIENCE_MILLIS = 30_000;
  private static final int CRUMB = 40;

  private static final List<String> METHODS =
      List.of("GET", "GET", "GET", "POST", "BREW", "get", "");

  private static final List<String> TARGETS =
      List.of(
          "/ws",
          "/ws/voice",
          "/ws/agents",
          "/ws/analytics",
          "/ws/qis",
          "/",
          "/ws/../ws",
          "//ws",
          "/ws%00",
          "/ws/%zz",
          "/ws?%",
          "/ws?compression=lzma",
          "/ws?compression=",
          "/ws?compression=zlib&compression=none",
          "/ws?token=a.b.c",
          "/ws?token=%ff",
          "*",
          "ws",
          "http://other.example/ws",
          "/no/such",
          "/ws#x",
          "/\u00e9",
          "/ws?" + "a=b&".repeat(900),
          "/" + "x".repeat(9_000));

  private static final List<String> VERSIONS =
      List.of("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "JUNK", "");

  private static final List<String> HEADERS =
      List.of(
          "Sec-WebSocket-Version: 0",
          "Sec-WebSocket-Version: 99",
          "Sec-WebSocket-Version: x",
          "Sec-WebSocket-Key: ",
          "Sec-WebSocket-Key: !!",
          "Sec-WebSocket-Key: " + "A".repeat(4_000),
          "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99",
          "Sec-WebSocket-Extensions: permessage-deflate; a=b; a=b",
          "Sec-WebSocket-Extensions: ,,;;==",
          "Sec-WebSocket-Extensions: x-webkit-deflate-frame",
          "Sec-WebSocket-Extensions: " + "permessage-deflate,".repeat(400),
          "Sec-WebSocket-Protocol: " + "p,".repeat(300),
          "Upgrade: h2c",
          "Upgrade: WEBSOCKET",
          "Connection: close, Upgrade",
          "Connection: keep-alive",
          "Content-Length: 5",
          "Content-Length: -1",
          "Content-Length: 99999999999999999999",
          "Transfer-Encoding: chunked",
          "Transfer-Encoding: x",
          "Expect: 100-continue",
          "Expect: x",
          "Host: evil.example",
          "Host: ",
          "Host: a b",
          "Origin: null",
          "Origin: https://evil.example",
          "Origin: \u00ff",
          "X-Forwarded-For: 1.2.3.4, \u0001",
          "Forwarded: for=\"[::1",
          "Cookie: " + "c".repeat(9_000),
          "X: " + "y".repeat(20_000),
          " folded: x",
          "no colon",
          ": empty",
          "A\u0000B: c",
          "A: \u0000",
          "Authorization: Bearer",
          "Authorization: Bearer \u00ff.\u00ff.\u00ff");

  private final SplittableRandom random;
  private final Map<Integer, LongAdder> answers;

  /** {@code answers}: counts answers by status; thread-safe. */
  HostileUpgrades(SplittableRandom random, Map<Integer, LongAdder> answers) {
    this.random = random;
    this.answers = answers;
  }

  private <T> T pick(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  String request(int port) {
    StringBuilder request = new StringBuilder();
    request.append(pick(METHODS)).append(' ').append(pick(TARGETS)).append(' ');
    request.append(pick(VERSIONS)).append("\r\n");
    List<String> usual =
        List.of(
            "Host: 127.0.0.1:" + port,
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13");
    for (String header : usual) {
      if (random.nextInt(8) != 0) {
        request.append(header).append("\r\n");
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      request.append(pick(HEADERS)).append("\r\n");
    }
    return request.append(random.nextInt(8) == 0 ? "" : "\r\n").toString();
  }

  /** Sends a request, in pieces or not, ends its half of the connection, and reads to the end. */
  Optional<String> run(String request, int port, InetAddress from) {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from, 0));
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
      send(socket, request.getBytes(ISO_8859_1));
      return judge(answer(socket.getInputStream()));
    } catch (SocketTimeoutException e) {
      return Optional.of("the connection hangs");
    } catch (IOException e) {
      return Optional.of("the connection: " + e);
    }
  }

  private void send(Socket socket, byte[] bytes) throws IOException {
    int most = random.nextInt(6) == 0 ? CRUMB : bytes.length;
    try {
      for (int from = 0; from < bytes.length; from += most) {
        socket.getOutputStream().write(bytes, from, Math.min(most, bytes.length - from));
      }
      socket.shutdownOutput();
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // Refused before it was whole: the answer says why.
    }
  }

  private static String answer(InputStream in) throws IOException {
    try {
      return new String(in.readAllBytes(), ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return "";
    }
  }

  private Optional<String> judge(String answer) {
    if (answer.isEmpty()) {
      return Optional.empty();
    }
    String[] words = answer.split(" ", 3);
    boolean isHttp = words.length == 3 && words[0].startsWith("HTTP/");
    int status = isHttp ? Integer.parseInt(words[1]) : 0;
    answers.computeIfAbsent(status, one -> new LongAdder()).increment();
    return STATUSES.contains(status) ? Optional.empty() : Optional.of("answered with " + answer);
  }
}
