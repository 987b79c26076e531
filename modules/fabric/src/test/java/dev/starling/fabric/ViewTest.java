/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final int KEYS = 20_000;

  private static NodeInfo node(String id, State state) {
    List<RoleState> roles = List.of(new RoleState("router", state));
    return new NodeInfo(id, 1, id, "127.0.0.1", 1, 2, "test", 0, roles, List.of());
  }

  private static View view(NodeInfo... nodes) {
    Map<String, NodeInfo> byId = new TreeMap<>();
    for (NodeInfo node : nodes) {
      byId.put(node.id(), node);
    }
    return new View(nodes[0].id(), new TreeMap<>(byId));
  }

  private static NodeInfo[] serving(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> UUID.nameUUIDFromBytes(new byte[] {(byte) i}).toString())
        .map(id -> node(id, State.SERVING))
        .toArray(NodeInfo[]::new);
  }

  private static List<String> line(View view, int key) {
    return view.inLine("router", "agent-" + key).stream().map(NodeInfo::id).toList();
  }

  @Test
  void everyNodeSeesTheSameLine() {
    NodeInfo[] nodes = serving(4);
    View one = view(nodes);
    View other = view(nodes[3], nodes[1], nodes[0], nodes[2]);
    for (int key = 0; key < 1_000; key++) {
      assertThat(line(one, key)).isEqualTo(line(other, key)).hasSize(4);
    }
  }

  @Test
  void anOwnersDeathHandsEachOfItsKeysToTheNextInLineAndMovesNoOther() {
    NodeInfo[] nodes = serving(5);
    View before = view(nodes);
    View after = view(nodes[0], nodes[1], nodes[2], nodes[3]);
    String dead = nodes[4].id();
    for (int key = 0; key < KEYS; key++) {
      List<String> expected = line(before, key).stream().filter(id -> !id.equals(dead)).toList();
      assertThat(line(after, key)).isEqualTo(expected);
    }
  }

  @Test
  void keysAreBalancedAndSoAreADeadOwnersHeirs() {
    for (int size : new int[] {2, 3, 5}) {
      View view = view(serving(size));
      Map<String, Integer> owned = new HashMap<>();
      Map<String, Integer> pairs = new HashMap<>();
      for (int key = 0; key < KEYS; key++) {
        List<String> line = line(view, key);
        owned.merge(line.getFirst(), 1, Integer::sum);
        pairs.merge(line.get(0) + ">" + line.get(1), 1, Integer::sum);
      }
      assertThat(owned).hasSize(size);
      assertThat(owned.values()).allSatisfy(count -> assertBalanced(count, size));
      assertThat(pairs).hasSize(size * (size - 1));
      assertThat(pairs.values()).allSatisfy(count -> assertBalanced(count, size * (size - 1)));
    }
  }

  private static void assertBalanced(int count, int shares) {
    double fair = (double) KEYS / shares;
    assertThat((double) count).isBetween(fair * 0.85, fair * 1.15);
  }

  @Test
  void whoeverServesIsInLineBeforeWhoeverOnlyRuns() {
    View some =
        view(node("a", State.STARTING), node("b", State.SERVING), node("c", State.DRAINING));
    assertThat(line(some, 1)).containsExactly("b");
    View none = view(node("a", State.STARTING), node("b", State.DRAINING));
    assertThat(line(none, 1)).containsExactlyInAnyOrder("a", "b");
    assertThat(none.inLine("gateway", "x")).isEmpty();
  }

  @Test
  void ofARoleThatOneNodeLeadsOnlyTheLeaderIsInLine() {
    View led = view(node("a", State.STANDBY), node("b", State.SERVING), node("c", State.STANDBY));
    assertThat(line(led, 1)).containsExactly("b");
    View leaderless = view(node("a", State.STANDBY), node("c", State.STANDBY));
    assertThat(line(leaderless, 1)).containsExactlyInAnyOrder("a", "c");
  }

  @Test
  void itKnowsWhoRunsWhat() {
    View view = view(node("a", State.STARTING), node("b", State.SERVING));
    assertThat(view.running("router")).extracting(NodeInfo::id).containsExactly("a", "b");
    assertThat(view.running("gateway")).isEmpty();
    assertThat(view.me().id()).isEqualTo("a");
    assertThat(view.node("c")).isEmpty();
  }
}
