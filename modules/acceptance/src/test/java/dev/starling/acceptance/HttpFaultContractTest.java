/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * Requests that no well-behaved client sends: each is its sender's fault, and neither answered nor
 * logged as a fault of ours.
 */
@ExtendWith(SharedNode.class)
class HttpFaultContractTest {
  private static final String BODY = "{\"packet\":{\"fingerprint\":[1]}}";

  private static final Logger LOGGER =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @SuppressWarnings("NullAway.Init")
  private static InProcessNode node;

  @BeforeAll
  static void useNode(InProcessNode shared) {
    node = shared;
  }

  @BeforeEach
  void listenToTheLog() {
    log.start();
    LOGGER.addAppender(log);
  }

  @AfterEach
  void requireNoErrorOfOurs() {
    LOGGER.detachAppender(log);
    assertThat(log.list).noneMatch(event -> event.getLevel() == Level.ERROR);
  }

  /** The whole answer to a request that is written as it is. */
  private static String raw(int port, String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }

  private static String get(String path) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    return raw(node.httpPort(), request);
  }

  private static String post(String headers, String body) throws IOException {
    return raw(
        node.httpPort(),
        "POST /api/outcomes HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + headers
            + "\r\n"
            + body);
  }

  private static String postAs(String contentType, String furtherHeader) throws IOException {
    String length = "Content-Length: " + BODY.length() + "\r\n";
    return post("Content-Type: " + contentType + "\r\n" + length + furtherHeader, BODY);
  }

  private static JsonObject error(String answer, int status) {
    assertThat(answer).startsWith("HTTP/1.1 " + status);
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    return new JsonObject(body).getJsonObject("error");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/%zz", "/api/agents?after=%zz", "/api/agents?%zz", "/api/outcomes?since=%1"})
  void anAddressThatCannotBeReadIs400(String path) throws IOException {
    assertThat(error(get(path), 400).getString("code")).isEqualTo("INVALID_MESSAGE");
  }

  @Test
  void anAddressThatCannotBeReadIsNoFaultOnTheAgentsPort() throws IOException {
    String request = "POST /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assertThat(raw(node.agentPort(), request)).matches("(?s)HTTP/1\\.1 4\\d\\d .*");
  }

  @Test
  void aRequestWithoutAHostIs400OnBothPorts() throws IOException {
    for (int port : new int[] {node.httpPort(), node.agentPort()}) {
      String answer = raw(port, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
      assertThat(error(answer, 400).getString("message")).contains("Host");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n", "5\r\n{\"pac\r\nzz\r\n"})
  void aBodyInBrokenChunksIs400(String chunks) throws IOException {
    String headers = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    assertThat(error(post(headers, chunks), 400).getString("code")).isEqualTo("INVALID_MESSAGE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "APPLICATION/JSON;charset=UTF-8",
        "Application/Json; Charset=\"utf-8\"",
        "application/json",
        "application/json ; charset=utf8"
      })
  void aMediaTypeIsTheSameInCapitals(String contentType) throws IOException {
    assertThat(postAs(contentType, "")).startsWith("HTTP/1.1 200");
    assertThat(postAs(contentType, "Content-Encoding: Identity\r\n")).startsWith("HTTP/1.1 200");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json; charset=utf-16",
        "application/json;x=y;charset=iso-8859-1",
        "application/json;charset="
      })
  void anotherCharacterSetIs415(String contentType) throws IOException {
    assertThat(error(postAs(contentType, ""), 415).getString("message"))
        .contains("Content-Type", "utf-8");
  }

  @Test
  void anEncodedBodyIs415() throws IOException {
    String answer = postAs("application/json", "Content-Encoding: gzip\r\n");
    assertThat(error(answer, 415).getString("message")).contains("Content-Encoding", "identity");
  }
}
