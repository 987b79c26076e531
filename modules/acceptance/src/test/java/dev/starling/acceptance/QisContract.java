/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What the tests of the QIS dialect stand on. They hold Starling to the reference's router and the
 * contract's section 3, every field, text and order of the replies, over real sockets to one whole
 * node.
 */
@ExtendWith(SharedNode.class)
abstract class QisContract {
  @SuppressWarnings("NullAway.Init")
  static InProcessNode node;

  private final List<AutoCloseable> sockets = new ArrayList<>();

  @BeforeAll
  static void useNode(InProcessNode shared) {
    node = shared;
  }

  @AfterEach
  void closeSockets() throws Exception {
    for (AutoCloseable socket : sockets) {
      socket.close();
    }
    node.awaitNobody();
  }

  QisClient client() {
    return closedAfterwards(node.client());
  }

  RawWebSocket raw() {
    return closedAfterwards(node.raw());
  }

  <T extends AutoCloseable> T closedAfterwards(T socket) {
    sockets.add(socket);
    return socket;
  }

  QisClient agent(String id, double... fingerprint) {
    QisClient client = client();
    client.register(id, fingerprint);
    return client;
  }

  static JsonObject outcome(JsonObject packet) {
    return new JsonObject().put("type", "outcome").put("packet", packet);
  }

  static JsonObject register(String id, String space, double... fingerprint) {
    return new JsonObject()
        .put("type", "register")
        .put("agent_id", id)
        .put("space", space)
        .put("fingerprint", QisClient.array(fingerprint));
  }

  static JsonObject refusal(QisClient client, String code) {
    JsonObject error = client.next("error");
    assertThat(error.getString("code")).as(error.encode()).isEqualTo(code);
    assertThat(error.getString("error")).isEqualTo(error.getString("message"));
    return error;
  }

  static List<String> routedTo(JsonObject ack) {
    return ack.getJsonArray("routed_to").stream().map(String::valueOf).toList();
  }

  static void assertNothingWaits(QisClient... clients) {
    for (QisClient client : clients) {
      assertThat(client.settle().pending()).isEmpty();
    }
  }
}
