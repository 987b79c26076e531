/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events: to every subscriber on every gateway of the mesh, once, and not too many of them. */
class SocketEventContractTest extends SocketContract {
  private static JsonObject changeOf(FlowClient observer, String path) {
    return observer.socket().next(one -> path.equals(one.getString("path")), "a change of " + path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws", "/ws/voice"})
  void aChangedSettingIsToldToEverySubscriberOnceAndToItsSenderWithItsId(String path) {
    String setting = "test." + fresh("told");
    List<FlowClient> observers = observers(Door.OPEN, "settings_updated");
    List<FlowClient> others = observers(Door.OPEN, "system_event");
    // The one is subscribed to it and the other is not.
    FlowClient sender = open(Door.OPEN, path);
    JsonObject confirmed = sender.set(setting, "now");
    assertThat(confirmed.fieldNames()).containsExactly("type", "path", "value", "timestamp", "id");
    for (FlowClient observer : observers) {
      JsonObject change = changeOf(observer, setting);
      assertThat(change.fieldNames()).containsExactly("type", "path", "value", "timestamp");
      assertThat(change.getString("value")).isEqualTo("now");
      assertThat(change.getLong("timestamp")).isEqualTo(confirmed.getLong("timestamp"));
    }
    // What comes behind on the same way shows that nothing came twice.
    String last = "test." + fresh("last");
    sender.set(last, 1);
    observers.forEach(observer -> changeOf(observer, last));
    observers.forEach(observer -> assertThat(observer.waiting("settings_updated")).isEmpty());
    others.forEach(observer -> assertThat(observer.waiting("settings_updated")).isEmpty());
    assertThat(sender.waiting("settings_updated")).isEmpty();
  }

  @Test
  void aBatchIsToldPathByPathInItsOrder() {
    String one = "test." + fresh("first");
    String other = "test." + fresh("second");
    List<FlowClient> observers = observers(Door.OPEN, "settings_updated");
    FlowClient sender = open(Door.OPEN, "/ws");
    sender.socket().send(batch(one, 1, other, 2).put("id", "b"));
    for (String path : List.of(one, other)) {
      JsonObject confirmed = sender.socket().next("settings_updated");
      assertThat(confirmed.getString("path")).isEqualTo(path);
      assertThat(confirmed.getString("id")).isEqualTo("b");
    }
    for (FlowClient observer : observers) {
      assertThat(observer.socket().next("settings_updated").getString("path")).isEqualTo(one);
      assertThat(observer.socket().next("settings_updated").getString("path")).isEqualTo(other);
    }
  }

  private static JsonObject batch(String one, Object value, String other, Object otherValue) {
    return FlowClient.message("settings_batch")
        .put(
            "updates",
            new JsonArray()
                .add(new JsonObject().put("path", one).put("value", value))
                .add(new JsonObject().put("path", other).put("value", otherValue)));
  }

  @Test
  void aBatchWithOneBadChangeChangesNothingAndIsToldToNobody() {
    String good = "test." + fresh("unchanged");
    List<FlowClient> observers = observers(Door.OPEN, "settings_updated");
    FlowClient sender = open(Door.OPEN, "/ws");
    sender.refused(batch(good, 1, "visualisation.physics.springK", "strong"), "INVALID_SETTING");
    String path = "/api/settings/path?path=" + good;
    assertThat(doors.node(Door.OPEN).get(path).status()).isEqualTo(400);
    String last = "test." + fresh("last");
    sender.set(last, 1);
    observers.forEach(observer -> changeOf(observer, last));
    observers.forEach(observer -> assertThat(observer.waiting("settings_updated")).isEmpty());
  }

  @Test
  void changesByRestAreToldToo() {
    String setting = "test." + fresh("by-rest");
    List<FlowClient> observers = observers(Door.OPEN, "settings_updated");
    String path = "/api/settings/path?path=" + setting;
    assertThat(doors.node(Door.OPEN).put(path, "{\"value\":[1]}").status()).isEqualTo(200);
    observers.forEach(observer ->
        assertThat(changeOf(observer, setting).getJsonArray("value"))
            .isEqualTo(new JsonArray().add(1)));
  }

  private static JsonObject presence(FlowClient observer, String event, String agent) {
    JsonObject message =
        observer
            .socket()
            .next(
                one ->
                    event.equals(one.getString("event"))
                        && agent.equals(one.getJsonObject("data").getString("agentId")),
                event + " of " + agent);
    assertThat(message.fieldNames()).containsExactly("type", "event", "data");
    assertThat(message.getString("type")).isEqualTo("system_event");
    return message;
  }

  @Test
  void anAgentThatComesAndGoesIsToldOnEveryGatewayOnce() {
    String id = fresh("guest");
    List<FlowClient> observers = observers(Door.OPEN, "system_event");
    QisClient agent = connect(Door.OPEN, "/");
    String gateway = agent.register(id, 1, 0).getString("gateway");
    for (FlowClient observer : observers) {
      JsonObject joined = presence(observer, "agent_joined", id);
      assertThat(joined.getJsonObject("data").getString("gateway")).isEqualTo(gateway);
    }
    agent.close();
    observers.forEach(observer -> presence(observer, "agent_left", id));
    observers.forEach(observer ->
        assertThat(observer.waiting("system_event"))
            .noneMatch(one -> id.equals(one.getJsonObject("data").getString("agentId"))));
  }

  @Test
  void aCrowdThatComesAtOnceIsToldAtMostTenTimesASecond() {
    waitsForSeconds();
    int crowd = 26;
    String name = fresh("crowd");
    List<FlowClient> observers = observers(Door.OPEN, "system_event");
    List<QisClient> agents =
        IntStream.range(0, crowd).mapToObj(i -> connect(Door.OPEN, "/")).toList();
    long start = System.nanoTime();
    for (int i = 0; i < crowd; i++) {
      agents
          .get(i)
          .send(
              FlowClient.message("register")
                  .put("agent_id", name + i)
                  .put("fingerprint", new JsonArray().add(1)));
    }
    for (FlowClient observer : observers) {
      Set<String> joined = new HashSet<>();
      for (int i = 0; i < crowd; i++) {
        JsonObject message =
            observer
                .socket()
                .next(
                    one ->
                        "agent_joined".equals(one.getString("event"))
                            && one.encode().contains(name),
                    "one of the crowd");
        joined.add(message.getJsonObject("data").getString("agentId"));
      }
      assertThat(joined).hasSize(crowd);
      // The first ten may come at once and the last only in the third second.
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      assertThat(millis).isGreaterThanOrEqualTo(1_990);
    }
  }

  @Test
  void routedOutcomesAreToldOnEveryGatewayWithTheirTrueCount() {
    int outcomes = 300;
    String source = fresh("source");
    String receiver = fresh("receiver");
    double[] about = {Math.random(), 1, 0, 0, 0};
    List<FlowClient> observers = observers(Door.OPEN, "outcome_routed");
    connect(Door.OPEN, "/").register(receiver, about);
    QisClient emitter = connect(Door.OPEN, "/");
    emitter.register(source, about);
    String id = emitter.emit("one", about).getString("outcome_id");
    for (FlowClient observer : observers) {
      JsonObject routed =
          observer.socket().next(one -> id.equals(one.getString("outcomeId")), "the outcome");
      assertThat(routed.fieldNames())
          .containsExactly(
              "type",
              "outcomeId",
              "sourceAgent",
              "receivers",
              "matchesFound",
              "partial",
              "latency",
              "count",
              "timestamp");
      assertThat(routed.getString("sourceAgent")).isEqualTo(source);
      assertThat(ThreeNodes.strings(routed.getJsonArray("receivers"))).contains(receiver);
      assertThat(routed.getInteger("count")).isPositive();
      assertThat(routed.getDouble("latency")).isPositive();
    }
    long start = System.nanoTime();
    for (int i = 0; i < outcomes; i++) {
      emitter.send(
          FlowClient.message("outcome").put("packet", new JsonObject().put("payload", "p" + i)));
    }
    for (FlowClient observer : observers) {
      long count = 0;
      int messages = 0;
      while (count < outcomes) {
        count += observer.socket().next("outcome_routed").getLong("count");
        messages++;
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      assertThat(count).isEqualTo(outcomes);
      assertThat(messages).isLessThanOrEqualTo((int) (50 * (seconds + 1)));
    }
  }

  @Test
  void aNodeThatComesAndGoesIsToldOnEveryGateway() {
    assumeTrue(place == Place.MESH, "who is alone sees nobody come");
    List<FlowClient> observers = observers(Door.OPEN, "system_event");
    String name = "guest-" + FreePorts.some(1).getFirst();
    try (var guest = doors.join(name)) {
      observers.forEach(observer -> node(observer, "node_joined", name));
      guest.terminate();
      observers.forEach(observer -> node(observer, "node_left", name));
    }
    eventually("all is as before", SOON, doors::isWhole);
  }

  private static void node(FlowClient observer, String event, String name) {
    JsonObject message =
        observer
            .socket()
            .next(
                one ->
                    event.equals(one.getString("event"))
                        && name.equals(one.getJsonObject("data").getString("name")),
                event + " of " + name);
    assertThat(message.getJsonObject("data").getString("nodeId")).isNotBlank();
    assertThat(ThreeNodes.strings(message.getJsonObject("data").getJsonArray("roles")))
        .containsExactly("router");
  }
}
