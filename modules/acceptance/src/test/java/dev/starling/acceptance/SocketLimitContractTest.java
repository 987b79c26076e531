/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawHttp;
import dev.starling.testkit.RawHttp.Answer;
import dev.starling.testkit.RawWebSocket;
import dev.starling.testkit.RawWebSocket.Frame;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What one session and one address may cost, for browsers and for agents. */
class SocketLimitContractTest extends SocketContract {
  private static final String PING = "{\"type\":\"ping\"}";
  private static final int WEB_MESSAGES = 60;
  private static final int WEB_SOCKETS = 6;

  /** Moves of a dragged node in a second that cost nothing. */
  private static final int FREE_MOVES = 60;

  private static final int SMALL_BUFFER = 4 * 1024;

  /** What a session heard, and the code where it was closed. */
  private record Heard(List<String> texts, int closeCode) {
    long count(String part) {
      return texts.stream().filter(text -> text.contains(part)).count();
    }
  }

  /** Everything up to the close. */
  private static Heard hearAll(RawWebSocket socket) {
    return hearUpTo(socket, "\n");
  }

  /** Everything up to the first text that holds {@code mark}, or to the close; 0 for no code. */
  private static Heard hearUpTo(RawWebSocket socket, String mark) {
    List<String> texts = new ArrayList<>();
    while (true) {
      Frame frame = socket.read();
      if (frame.type() == RawWebSocket.CLOSE) {
        return new Heard(texts, frame.closeCode());
      }
      if (frame.type() == RawWebSocket.TEXT) {
        texts.add(frame.text());
        if (frame.text().contains(mark)) {
          return new Heard(texts, 0);
        }
      }
    }
  }

  private static String[] times(int count, String message) {
    String[] messages = new String[count];
    Arrays.fill(messages, message);
    return messages;
  }

  @ParameterizedTest
  @CsvSource({"/ws, 60", "/ws/voice, 60", "/ws/qis, 90", "/, 90"})
  void messagesOverTheLimitAreRefusedAndTooManyOfThemCloseWith4001(String path, int perMinute) {
    RawWebSocket socket = raw(Door.TIGHT, path);
    socket.sendText(times(perMinute + 62, PING));
    Heard heard = hearAll(socket);
    assertThat(heard.closeCode()).isEqualTo(4001);
    // Some more are let through in the time that all this takes.
    assertThat(heard.count("pong")).isBetween((long) perMinute, perMinute + 10L);
    List<JsonObject> refusals =
        heard.texts().stream()
            .map(JsonObject::new)
            .filter(one -> "error".equals(one.getString("type")))
            .toList();
    assertThat(refusals).hasSize(50);
    for (JsonObject refusal : refusals) {
      FlowClient.requireError(refusal, "RATE_LIMITED");
      assertThat(refusal.getJsonObject("details").getInteger("retryAfterMs"))
          .isBetween(1, 60_000 / perMinute);
    }
  }

  @Test
  void aRefusalForTooManyMessagesRepeatsTheIdAndWaitingAsToldHelps() {
    int messages = 120;
    RawWebSocket socket = raw(Door.TIGHT, "/ws/qis");
    socket.sendText(times(messages, "{\"type\":\"ping\",\"id\":7}"));
    JsonObject last = new JsonObject();
    for (int i = 0; i < messages; i++) {
      last = new JsonObject(socket.readText());
      assertThat(last.getInteger("id")).isEqualTo(7);
    }
    FlowClient.requireError(last, "RATE_LIMITED");
    int millis = last.getJsonObject("details").getInteger("retryAfterMs");
    long over = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    eventually("the time is over", SOON, () -> System.nanoTime() > over);
    assertThat(socket.sendText(PING).readText()).isEqualTo("{\"type\":\"pong\"}");
  }

  private static String drag(String more) {
    return "{\"type\":\"graph_interaction\",\"action\":\"node_drag\",\"nodeId\":1,"
        + "\"position\":{\"x\":1,\"y\":2,\"z\":3}"
        + more
        + "}";
  }

  /** Moves a node; up to the answer to the last move, or to the close. */
  private static Heard drag(RawWebSocket socket, int moves, String mark) {
    socket.sendText(times(moves - 1, drag("")));
    socket.sendText(drag(",\"id\":\"" + mark + "\""));
    return hearUpTo(socket, mark);
  }

  @Test
  void movesOfADraggedNodeAreNotCountedButFloodsOfThemAre() {
    RawWebSocket socket = raw(Door.TIGHT, "/ws/voice");
    assertThat(drag(socket, FREE_MOVES + WEB_MESSAGES - 1, "slow").count("RATE_LIMITED")).isZero();
    assertThat(socket.sendText(PING).readText()).isEqualTo("{\"type\":\"pong\"}");
    long refused = 0;
    Heard heard = new Heard(List.of(), 0);
    for (int i = 0; heard.closeCode() == 0; i++) {
      assertThat(i).as("times a hundred moves").isLessThan(100);
      heard = drag(socket, 100, "flood-" + i);
      refused += heard.count("RATE_LIMITED");
    }
    assertThat(heard.closeCode()).isEqualTo(4001);
    assertThat(refused).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({"/ws, 10", "/ws/agents, 10", "/ws/qis, 12", "/, 12"})
  void badMessagesAreAnsweredAndOneTooManyClosesWith4002(String path, int perMinute) {
    RawWebSocket socket = raw(Door.TIGHT, path);
    String[] bad = {
      "nonsense",
      "{\"type\":\"dance\"}",
      "{\"type\":\"subscribe\"}",
      "{\"type\":\"register\",\"fingerprint\":[]}",
      "{\"type\":\"outcome\",\"packet\":{\"confidence\":2}}"
    };
    for (int i = 0; i < perMinute; i++) {
      socket.sendText(bad[i % bad.length]);
    }
    socket.sendText("{\"type\":\"agent_control\",\"action\":\"stop\",\"agentId\":\"a\"}", PING);
    socket.sendText("nonsense");
    Heard heard = hearAll(socket);
    assertThat(heard.closeCode()).isEqualTo(4002);
    assertThat(heard.count("INVALID_") + heard.count("UNKNOWN_TYPE")).isEqualTo(perMinute + 1L);
    assertThat(heard.count("pong")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"/ws, 6, /ws/qis", "/ws/voice, 6, /", "/ws/qis, 8, /ws", "/, 8, /ws/agents"})
  void anAddressMayHaveSoManySocketsOfOneGroup(String path, int most, String otherGroup) {
    List<RawWebSocket> open =
        IntStream.range(0, most).mapToObj(i -> raw(Door.TIGHT, path)).toList();
    int port = port(Door.TIGHT, path);
    Answer answer = RawHttp.upgrade(port, path, "Host: 127.0.0.1");
    assertThat(answer.status()).isEqualTo(429);
    assertThat(answer.header("retry-after")).isPresent();
    assertThat(answer.error().getString("code")).isEqualTo("RATE_LIMITED");
    assertThat(answer.error().getJsonObject("details").getInteger("limit")).isEqualTo(most);
    raw(Door.TIGHT, otherGroup).sendText(PING).readTextWith("pong");
    open.getFirst().close();
    eventually(
        "there is room again",
        SOON,
        () -> RawHttp.upgrade(port, path, "Host: 127.0.0.1").status() == 101);
  }

  @Test
  void clientsOfATrustedProxyAreToldApartByTheirOwnAddresses() {
    int port = port(Door.TIGHT, "/ws");
    for (int i = 0; i < WEB_SOCKETS; i++) {
      closedAfterwards(RawWebSocket.forwarded(port, "/ws", "203.0.113.7"));
    }
    Answer answer = RawHttp.upgrade(port, "/ws", "Host: 127.0.0.1", "X-Forwarded-For: 203.0.113.7");
    assertThat(answer.status()).isEqualTo(429);
    closedAfterwards(RawWebSocket.forwarded(port, "/ws", "203.0.113.8"));
    assertThat(doors.addresses(Door.TIGHT)).isEqualTo(2);
  }

  @Test
  void whatAPeerThatIsNoTrustedProxySaysOfItsClientsIsNotBelieved() {
    int port = port(Door.OPEN, "/ws");
    raw(Door.OPEN, "/ws");
    closedAfterwards(RawWebSocket.forwarded(port, "/ws", "203.0.113.7"));
    closedAfterwards(RawWebSocket.forwarded(port, "/ws", "203.0.113.8"));
    assertThat(doors.addresses(Door.OPEN)).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"/ws, 131072", "/ws/analytics, 131072", "/ws/qis, 65536", "/, 65536"})
  void aMessageMayBeSoLargeAndNoLarger(String path, int most) {
    RawWebSocket fits = raw(Door.TIGHT, path);
    fits.send(RawWebSocket.frame(RawWebSocket.TEXT, true, ping(most)));
    assertThat(fits.readTextWith("pong")).isEqualTo("{\"type\":\"pong\"}");
    sendInParts(fits, ping(most));
    assertThat(fits.readTextWith("pong")).isEqualTo("{\"type\":\"pong\"}");
    fits.send(RawWebSocket.frame(RawWebSocket.TEXT, true, ping(most + 1)));
    assertThat(fits.closeCode()).isEqualTo(1009);
    RawWebSocket inParts = raw(Door.TIGHT, path);
    sendInParts(inParts, ping(most + 1));
    assertThat(inParts.closeCode()).isEqualTo(1009);
  }

  @ParameterizedTest
  @CsvSource({"/ws, 131072", "/ws/qis?compression=deflate, 65536"})
  void aMessageMayGrowToSoMuchWhenItIsInflatedAndNoMore(String path, int most) {
    RawWebSocket fits = offering(path);
    fits.send(compressed(ping(most)));
    assertThat(fits.readTextWith("pong")).isEqualTo("{\"type\":\"pong\"}");
    fits.send(compressed(ping(most + 1)));
    assertThat(fits.closeCode()).isEqualTo(1009);
    assertThat(offering(path).send(compressed(ping(20 << 20))).closeCode()).isEqualTo(1009);
  }

  private RawWebSocket offering(String path) {
    int port = port(Door.TIGHT, path);
    return closedAfterwards(RawWebSocket.offering(port, path, "permessage-deflate"));
  }

  private static byte[] compressed(byte[] message) {
    byte[] payload = Deflate.permessage(message);
    return RawWebSocket.frame(RawWebSocket.TEXT | RawWebSocket.RSV1, true, payload);
  }

  private static byte[] ping(int length) {
    byte[] head = "{\"type\":\"ping\",\"pad\":\"".getBytes(StandardCharsets.US_ASCII);
    byte[] message = Arrays.copyOf(head, length);
    Arrays.fill(message, head.length, length - 2, (byte) 'x');
    message[length - 2] = '"';
    message[length - 1] = '}';
    return message;
  }

  private static void sendInParts(RawWebSocket socket, byte[] message) {
    int half = message.length / 2;
    socket.send(
        RawWebSocket.frame(RawWebSocket.TEXT, false, Arrays.copyOf(message, half)),
        RawWebSocket.frame(
            RawWebSocket.CONTINUATION, true, Arrays.copyOfRange(message, half, message.length)));
  }

  @ParameterizedTest
  @CsvSource({"/ws/voice, 5", "/ws/qis, 3"})
  void aSessionMayHoldSoManySubscriptionsAndARefusedOneChangesNothing(String path, int most) {
    FlowClient client = open(Door.TIGHT, path);
    String[] events = {
      "agent_status", "task_progress", "gpu_analytics", "anomaly_detected", "outcome_routed"
    };
    String[] held = Arrays.copyOf(events, most);
    assertThat(client.subscribe(held)).hasSize(most);
    JsonObject error =
        client.refused(
            FlowClient.message("subscribe").put("events", new JsonArray().add("positions")),
            "INVALID_MESSAGE");
    assertThat(error.getJsonObject("details").getString("field")).isEqualTo("events");
    assertThat(error.getJsonObject("details").getString("expected"))
        .isEqualTo("at most " + most + " subscriptions at a time");
    assertThat(client.events()).containsExactly(held);
  }

  @Test
  void aSubscriberThatDoesNotReadIsClosedWith1008AndDisturbsNobody() {
    String path = "test." + fresh("flood");
    List<FlowClient> observers = observers(Door.TIGHT, "settings_updated");
    RawWebSocket slow =
        closedAfterwards(RawWebSocket.connect(port(Door.TIGHT, "/ws"), "/ws", SMALL_BUFFER));
    double before = closedForPolicy();
    int changes = 0;
    String pad = "x".repeat(60_000);
    while (closedForPolicy() == before) {
      assertThat(changes).as("changes of 60 kB").isLessThan(400);
      String value = "{\"value\":\"" + changes + ":" + pad + "\"}";
      assertThat(doors.node(Door.TIGHT).put("/api/settings/path?path=" + path, value).status())
          .isEqualTo(200);
      assertThat(changed(observers.getFirst())).isEqualTo(changes);
      changes++;
    }
    assertThat(slow.closeCode()).isEqualTo(1008);
    for (FlowClient observer : observers.subList(1, observers.size())) {
      for (int i = 0; i < changes; i++) {
        assertThat(changed(observer)).isEqualTo(i);
      }
    }
    doors.node(Door.TIGHT).put("/api/settings/path?path=" + path, "{\"value\":null}");
  }

  /** The number in front of the next value. */
  private static int changed(FlowClient observer) {
    String value = observer.socket().next("settings_updated").getString("value");
    return Integer.parseInt(value.substring(0, value.indexOf(':')));
  }

  private double closedForPolicy() {
    return doors.metric(Door.TIGHT, "starling_gateway_closed_total{code=\"1008\"");
  }
}
