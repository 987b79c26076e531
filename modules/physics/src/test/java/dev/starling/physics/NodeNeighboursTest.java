/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.physics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.NodeRef;
import dev.starling.protocol.mesh.GraphEdit.DropNode;
import dev.starling.protocol.mesh.GraphEdit.PutEdge;
import dev.starling.protocol.mesh.GraphEdit.PutNode;
import dev.starling.protocol.mesh.PhysicsMessage.NeighboursQuery;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Bread, which is tied to flour (2), to a baker (5) and to 7 (1), which is a key. */
class NodeNeighboursTest {
  private final World world = Worlds.empty(new ArrayList<>());

  NodeNeighboursTest() {
    world.apply(
        List.of(
            new PutNode(0, false, true, "bread", "Bread"),
            new PutNode(1, false, true, "flour", "Flour"),
            new PutNode(2, true, false, "baker", "Ünal"),
            new PutNode(3, false, true, "7", "Seven"),
            new PutNode(7, false, true, "alone", ""),
            new PutEdge(1, 0, 2, 2),
            new PutEdge(0, 2, 5, 5),
            new PutEdge(0, 3, 1, 1)));
  }

  private JsonObject of(NodeRef node, int limit) {
    NeighboursQuery asked = new NeighboursQuery(node, limit);
    return new JsonObject(NodeNeighbours.of(world.store(), asked).json().toString());
  }

  private static List<String> keys(JsonArray nodes) {
    return nodes.stream().map(one -> ((JsonObject) one).getString("key")).toList();
  }

  private static JsonObject baker() {
    return new JsonObject()
        .put("id", 2)
        .put("key", "baker")
        .put("label", "Ünal")
        .put("kind", "agent");
  }

  @Test
  void aNodeIsToldWithItsNeighboursTheHeaviestEdgeFirst() {
    JsonObject told = of(new NodeRef.Key("bread"), 20);
    assertThat(told.getJsonObject("node").getString("key")).isEqualTo("bread");
    assertThat(told.getJsonObject("node").getInteger("id")).isZero();
    assertThat(keys(told.getJsonArray("neighbours"))).containsExactly("baker", "flour", "7");
    assertThat(told.getJsonArray("neighbours").getJsonObject(0))
        .isEqualTo(baker().put("weight", 5.0));
    assertThat(told.getInteger("total")).isEqualTo(3);
  }

  @Test
  void noMoreAreToldThanAreWantedButHowManyThereAreIs() {
    JsonObject told = of(new NodeRef.Key("bread"), 1);
    assertThat(keys(told.getJsonArray("neighbours"))).containsExactly("baker");
    assertThat(told.getInteger("total")).isEqualTo(3);
  }

  @Test
  void aNodeIsFoundByItsKeyThenByAnIdInDigits() {
    assertThat(of(new NodeRef.Key("7"), 1).getJsonObject("node").getString("label"))
        .isEqualTo("Seven");
    assertThat(of(new NodeRef.FrameId(7), 1).getJsonObject("node").getString("key"))
        .isEqualTo("alone");
    assertThat(of(new NodeRef.Key("2"), 1).getJsonObject("node")).isEqualTo(baker());
    assertThat(of(new NodeRef.Key("alone"), 1).getInteger("total")).isZero();
  }

  @Test
  void aNodeThatIsNotThereIsNamedInTheRefusal() {
    for (NodeRef nobody :
        List.of(
            new NodeRef.Key("nobody"),
            new NodeRef.Key("99"),
            new NodeRef.FrameId(99),
            new NodeRef.Key(""))) {
      RefusalException refusal = catchThrowableOfType(RefusalException.class, () -> of(nobody, 1));
      assertThat(refusal.code()).isEqualTo(ErrorCode.NODE_NOT_FOUND);
    }
  }

  @Test
  void aPathIsToldByItsFirstNodesThatAreStillThere() {
    int[] slots = {1, 0, 2, 3};
    assertThat(named(slots, 2)).containsExactly("flour", "bread");
    world.apply(List.of(new DropNode(0)));
    assertThat(named(slots, 3)).containsExactly("flour", "baker");
    assertThat(named(slots, 0)).isEmpty();
    assertThat(named(new int[0], 9)).isEmpty();
  }

  private List<String> named(int[] slots, int most) {
    return keys(new JsonArray(NodeJson.of(world.graph(), slots, most).toString()));
  }
}
