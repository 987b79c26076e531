/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An agent that does not read, and what it hears when it reads again. */
class SocketSlowAgentContractTest extends SocketContract {
  private static final int SMALL_BUFFER = 4 * 1024;
  private static final int MOST_OUTCOMES = 400;
  private static final String PAD = "x".repeat(100_000);

  private double leftOut() {
    return doors.metric(Door.TIGHT, "starling_gateway_drops_total{cause=\"slow-reader\"");
  }

  private static void emit(NodeProcess through, String space, int number) {
    JsonObject packet =
        new JsonObject()
            .put("fingerprint", new JsonArray().add(1).add(0))
            .put("space", space)
            .put("payload", number)
            .put("pad", PAD);
    String body = new JsonObject().put("packet", packet).encode();
    assertThat(through.post("/api/outcomes", body).json().getInteger("matches_found")).isOne();
  }

  @Test
  void whatAnAgentReadsTooSlowlyForIsLeftOutAndItIsToldSinceWhenBeforeItHearsMore() {
    waitsForSeconds();
    String space = fresh("slow");
    // Wherever the mesh has another gateway, outcomes come from there.
    NodeProcess far = doors.node(doors.meshOf(Door.TIGHT).get(place == Place.MESH ? 1 : 0));
    RawWebSocket slow =
        closedAfterwards(RawWebSocket.connect(port(Door.TIGHT, "/"), "/", SMALL_BUFFER));
    slow.sendText("{\"type\":\"register\",\"fingerprint\":[1,0],\"space\":\"" + space + "\"}");
    assertThat(slow.readText()).contains("registered");
    long start = System.currentTimeMillis();
    double before = leftOut();
    int sent = 0;
    while (leftOut() == before) {
      assertThat(sent).as("outcomes of 100 kB").isLessThan(MOST_OUTCOMES);
      emit(far, space, sent++);
    }
    List<Integer> heard = new ArrayList<>();
    JsonObject lost = readUpToError(slow, heard);
    FlowClient.requireError(lost, "OUTCOMES_LOST");
    assertThat(lost.containsKey("id")).isFalse();
    assertThat(lost.getJsonObject("details").getLong("since"))
        .isBetween(start, System.currentTimeMillis());
    assertThat(heard).hasSizeLessThan(sent);
    for (int i = 0; i < heard.size(); i++) {
      assertThat(heard.get(i)).isEqualTo(i);
    }
    emit(far, space, sent);
    assertThat(payload(new JsonObject(slow.readText()))).isEqualTo(sent);
  }

  private static JsonObject readUpToError(RawWebSocket socket, List<Integer> heard) {
    JsonObject message = new JsonObject(socket.readText());
    while (!"error".equals(message.getString("type"))) {
      heard.add(payload(message));
      message = new JsonObject(socket.readText());
    }
    return message;
  }

  private static int payload(JsonObject push) {
    assertThat(push.getString("type")).isEqualTo("incoming_outcome");
    return push.getJsonObject("packet").getInteger("payload");
  }
}
