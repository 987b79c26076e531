/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before it becomes a socket: an answer over HTTP with a body of JSON. */
class SocketRefusalContractTest extends SocketContract {
  private Answer upgrade(String path, String... headers) {
    return RawHttp.upgrade(doors.port(Door.OPEN, path), path, headers);
  }

  private String host(String path) {
    return "Host: 127.0.0.1:" + doors.port(Door.OPEN, path);
  }

  private static void assertRefused(Answer answer, int status, String code) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("content-type").orElse("")).startsWith("application/json");
    assertThat(answer.error().getString("code")).isEqualTo(code);
    assertThat(answer.error().getString("message")).isNotBlank();
    assertThat(answer.error().getJsonObject("details")).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aPageOfAnotherOriginMayNotConnect(String path) {
    for (String origin :
        new String[] {"https://evil.example", "null", "http://127.0.0.1.evil.io"}) {
      Answer answer = upgrade(path, host(path), "Origin: " + origin);
      assertRefused(answer, 403, "FORBIDDEN");
      assertThat(answer.error().getJsonObject("details").getString("origin")).isEqualTo(origin);
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void pagesOfThisHostAndOfThisMachineAndWhoeverIsNoPageMayConnect(String path) {
    int port = doors.port(Door.OPEN, path);
    assertThat(upgrade(path, host(path)).status()).isEqualTo(101);
    for (String origin : new String[] {"http://127.0.0.1:" + port, "http://localhost:8080"}) {
      assertThat(upgrade(path, host(path), "Origin: " + origin).status()).isEqualTo(101);
    }
  }

  @ParameterizedTest
  @MethodSource("paths")
  void aNameThatIsNotThisNodesIsRefusedSoThatNoPageCanRebindItsOwn(String path) {
    int port = doors.port(Door.OPEN, path);
    for (String host : new String[] {"evil.example", "evil.example:" + port, "127.0.0.1.nip.io"}) {
      assertRefused(upgrade(path, "Host: " + host), 403, "FORBIDDEN");
    }
    assertThat(upgrade(path, "Host: localhost:" + port).status()).isEqualTo(101);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws/other", "/ws/", "/WS", "/socket"})
  void anUnknownPathIsNotFound(String path) {
    Answer answer = upgrade(path, host(path));
    assertRefused(answer, 404, "INVALID_MESSAGE");
    JsonObject details = answer.error().getJsonObject("details");
    assertThat(details.getString("field")).isEqualTo("path");
    assertThat(details.getString("expected")).contains("/ws/analytics");
    assertThat(details.getString("came")).isEqualTo(path);
  }

  @Test
  void thePathsOfOnePortAreNotServedOnTheOther() {
    int agents = doors.port(Door.OPEN, "/");
    int web = doors.port(Door.OPEN, "/ws");
    assertRefused(RawHttp.upgrade(agents, "/ws", "Host: 127.0.0.1"), 404, "INVALID_MESSAGE");
    assertRefused(RawHttp.upgrade(agents, "/ws/qis", "Host: 127.0.0.1"), 404, "INVALID_MESSAGE");
    assertRefused(RawHttp.upgrade(web, "/", "Host: 127.0.0.1"), 404, "INVALID_MESSAGE");
  }

  @ParameterizedTest
  @MethodSource("paths")
  void whoDoesNotAskForASocketIsToldTo(String path) {
    Answer answer = RawHttp.send(doors.port(Door.OPEN, path), "GET", path, host(path));
    assertRefused(answer, 426, "INVALID_MESSAGE");
    assertThat(answer.header("upgrade")).contains("websocket");
  }

  @ParameterizedTest
  @MethodSource("paths")
  void anUnknownCompressionIsRefused(String path) {
    Answer answer = upgrade(path + "?compression=brotli", host(path));
    assertRefused(answer, 400, "INVALID_MESSAGE");
    assertThat(answer.error().getJsonObject("details").getString("field")).isEqualTo("compression");
    assertThat(answer.error().getJsonObject("details").getString("came")).contains("brotli");
    assertRefused(upgrade(path + "?token=%zz", host(path)), 400, "INVALID_MESSAGE");
  }
}
