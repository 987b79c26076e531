/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Mesh;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.RouterMessage.Ancestor;
import dev.starling.protocol.mesh.RouterMessage.Lineage;
import dev.starling.protocol.mesh.RouterMessage.LineageQuery;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a router finds out about parents that another one routed, over the real bus. */
class LineagesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static List<Mesh> meshes = List.of();
  private static List<ScriptedPeer> others = List.of();

  private final Mesh mesh = meshes.getFirst();
  private final ScriptedPeer serving = others.getFirst();
  private final ScriptedPeer starting = others.getLast();
  private final RouterLoop loop = new RouterLoop(mesh);
  private final Peers peers = new Peers(mesh);
  private final AtomicInteger forgotten = new AtomicInteger();
  private final Lineages lineages = new Lineages(mesh, peers, 1_000, forgotten::incrementAndGet);

  @BeforeAll
  static void join() {
    meshes = LocalMesh.joined(3, new SimpleMeterRegistry(), "router");
    others = meshes.stream().skip(1).map(ScriptedPeer::serve).toList();
    Mesh serving = meshes.get(1);
    serving.roleIs("router", State.SERVING);
    eventually(
        "one of the others serves",
        PATIENCE,
        () -> meshes.getFirst().view().node(serving.nodeId()).orElseThrow().serves("router"));
  }

  @AfterAll
  static void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void reset() {
    others.forEach(other -> other.reset(meshes.getFirst()));
  }

  private Ancestry of(String... parents) {
    return LocalMesh.await(
        loop.begin(() -> lineages.of(Samples.deposit("a", "o", false, parents))));
  }

  private List<LineageQuery> questions(ScriptedPeer peer) {
    return peer.told(LineageQuery.class).stream()
        .filter(query -> !query.outcomeIds().isEmpty())
        .toList();
  }

  @Test
  void whatIsUnknownHereIsAskedOfTheRoutersThatServe() {
    serving.answer(message ->
        message instanceof LineageQuery query
            ? Future.succeededFuture(
                new Lineage(
                    List.of(new Ancestor(query.outcomeIds().getFirst(), 3, List.of("b", "c")))))
            : null);
    loop.run(() -> lineages.remember(new Ancestor("known", 1, List.of("d"))));
    assertThat(of("known", "unknown")).isEqualTo(new Ancestry(4, Set.of("b", "c", "d")));
    assertThat(questions(serving)).containsExactly(new LineageQuery(List.of("unknown")));
    assertThat(of("known")).isEqualTo(new Ancestry(2, Set.of("d")));
    assertThat(questions(serving)).hasSize(1);
    assertThat(starting.told(LineageQuery.class)).isEmpty();
  }

  @Test
  void whatIsRememberedIsBoundedInSizeAndForgettingIsTold() {
    List<String> many = IntStream.range(0, 256).mapToObj(i -> "agent-" + i).toList();
    loop.run(() -> {
      for (int i = 0; i < 500; i++) {
        lineages.remember(new Ancestor("plain-" + i, 0, List.of("a")));
      }
      assertThat(forgotten).hasValue(0);
      for (int i = 0; i < 50; i++) {
        lineages.remember(new Ancestor("deep-" + i, 3, many));
      }
      List<String> all = IntStream.range(0, 50).mapToObj(i -> "deep-" + i).toList();
      assertThat(lineages.recall(new LineageQuery(all)).ancestors()).hasSizeLessThan(15);
    });
    assertThat(forgotten.get()).isGreaterThan(35);
  }

  @Test
  void aStalledRouterCostsOneWaitAndNotOneForEachOutcome() {
    serving.fallSilent();
    for (int i = 0; i < 30; i++) {
      assertThat(of("unknown-" + i)).isEqualTo(Ancestry.of(0, List.of()));
    }
    assertThat(questions(serving)).hasSize(1);
    serving.goOn();
    eventually("it is trusted again", PATIENCE, () -> loop.call(() -> peers.answers(serving.id())));
    of("unknown");
    assertThat(questions(serving)).hasSize(2);
  }
}
