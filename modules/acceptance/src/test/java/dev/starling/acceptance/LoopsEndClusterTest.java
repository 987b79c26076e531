/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.acceptance.ThreeNodes.named;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.QisClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Outcomes that agents make from outcomes do not go round for ever, whichever nodes they pass. */
@ExtendWith(CalmMesh.class)
class LoopsEndClusterTest {
  private static final int MAX_HOPS = 8;

  private final ThreeNodes mesh;

  LoopsEndClusterTest(ThreeNodes mesh) {
    this.mesh = mesh;
  }

  private static JsonObject packet(String payload, String... derivedFrom) {
    JsonObject packet =
        new JsonObject().put("payload", payload).put("fingerprint", QisClient.array(1, 0));
    JsonArray ids = new JsonArray();
    for (String id : derivedFrom) {
      ids.add(id);
    }
    return ids.isEmpty() ? packet : packet.put("derived_from", ids);
  }

  private static JsonObject emit(QisClient emitter, JsonObject packet) {
    return emitter
        .send(new JsonObject().put("type", "outcome").put("packet", packet))
        .next("outcome_ack");
  }

  @Test
  void shouldCountHopsAcrossNodesAndExpire() {
    QisClient receiver = mesh.agent(1, "receiver", 1, 0);
    JsonObject ack = new JsonObject();
    for (int hops = 0; hops <= MAX_HOPS; hops++) {
      // Every synthesis is the work of another agent, on the next node.
      QisClient emitter = mesh.agent(hops % ThreeNodes.SIZE, "synthesis-" + hops, 0, 1);
      JsonObject packet = hops == 0 ? packet("first") : packet("next", ack.getString("outcome_id"));
      ack = emit(emitter, packet);
      assertThat(ack.getString("status")).as("%d hops", hops).isEqualTo("routed");
      assertThat(named(ack)).containsExactly("receiver");
      JsonObject delivered = receiver.next("incoming_outcome").getJsonObject("packet");
      assertThat(delivered.getInteger("hops", 0)).isEqualTo(hops);
    }
    QisClient last = mesh.agent(2, "last", 0, 1);
    ack = emit(last, packet("too deep", ack.getString("outcome_id")));
    assertThat(ack.getString("status")).isEqualTo("expired");
    assertThat(ack.getInteger("matches_found")).isZero();
    assertThat(named(ack)).isEmpty();
  }

  @Test
  void shouldBelieveAClientThatSaysItIsDeeper() {
    mesh.agent(1, "receiver", 1, 0);
    QisClient emitter = mesh.agent(0, "emitter", 0, 1);
    assertThat(emit(emitter, packet("eight").put("hops", 8)).getString("status"))
        .isEqualTo("routed");
    assertThat(emit(emitter, packet("nine").put("hops", 9)).getString("status"))
        .isEqualTo("expired");
  }

  @Test
  void shouldNotReturnToTheSourceOfAnAncestorOnAnyNode() {
    QisClient origin = mesh.agent(0, "origin", 1, 0);
    QisClient middle = mesh.agent(1, "middle", 1, 0);
    QisClient end = mesh.agent(2, "end", 1, 0);
    JsonObject first = emit(origin, packet("one"));
    assertThat(named(first)).containsExactlyInAnyOrder("middle", "end");
    JsonObject second = emit(middle, packet("two", first.getString("outcome_id")));
    assertThat(named(second)).containsExactly("end");
    JsonObject third = emit(end, packet("three", second.getString("outcome_id")));
    assertThat(named(third)).isEmpty();
    JsonObject fresh = emit(end, packet("four"));
    assertThat(named(fresh)).containsExactlyInAnyOrder("origin", "middle");
    assertThat(origin.next("incoming_outcome").getJsonObject("packet").getString("payload"))
        .isEqualTo("four");
  }

  @Test
  void shouldReturnToAnAgentThatAskedForIt() {
    QisClient origin = mesh.connect(0);
    origin
        .send(
            new JsonObject()
                .put("type", "register")
                .put("agent_id", "origin")
                .put("accept_derived", true)
                .put("fingerprint", QisClient.array(1, 0)))
        .next("registered");
    QisClient middle = mesh.agent(1, "middle", 1, 0);
    JsonObject first = emit(origin, packet("one"));
    JsonObject second = emit(middle, packet("two", first.getString("outcome_id")));
    assertThat(named(second)).containsExactly("origin");
    JsonObject own = emit(origin, packet("three", second.getString("outcome_id")));
    assertThat(named(own)).isEmpty();
  }
}
