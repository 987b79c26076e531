/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.SwarmConnect;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Swarms that two nodes may follow, both of which the test plays. */
class SwarmDirectoryTest {
  private static final List<ScriptedRole<AgentsMessage>> HOSTS = new ArrayList<>();
  private static final List<ScriptedRole<AgentsMessage>> SWARMS = new ArrayList<>();
  private static List<Mesh> meshes = List.of();

  @BeforeAll
  static void join() {
    meshes = LocalMesh.joined(2, new SimpleMeterRegistry(), "gateway", "agents");
    for (Mesh mesh : meshes) {
      String node = mesh.nodeId();
      HOSTS.add(ScriptedRole.serve(mesh, "agents", Addresses.agents(node), asked -> null));
      SWARMS.add(ScriptedRole.serve(mesh, "agents", Addresses.swarm(node, "flow"), asked -> null));
    }
  }

  @AfterAll
  static void leave() {
    HOSTS.clear();
    SWARMS.clear();
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void theSecondNodeFollowsTheSwarm() {
    HOSTS.forEach(host -> host.play(asked -> names("flow")));
    follows(0, false);
    follows(1, true);
  }

  private static Future<? extends MeshMessage> names(String... swarms) {
    return Future.succeededFuture(new Offer(List.of(), 0, 1, List.of(swarms)));
  }

  private static void follows(int node, boolean isFollowed) {
    SWARMS.get(node).play(asked -> Future.succeededFuture(new SwarmIs(isFollowed, report(node))));
  }

  private static Future<? extends MeshMessage> silent() {
    return Future.failedFuture(new RefusalException(ErrorCode.TIMEOUT, "nobody answers"));
  }

  private static RawJson report(int node) {
    return RawJson.of("{\"node\":" + node + "}");
  }

  private static SwarmDirectory directory() {
    return new SwarmDirectory(meshes.getFirst());
  }

  private static RefusalException refusal(Future<?> asked) {
    return LocalMesh.await(
        asked.transform(done ->
            done.cause() instanceof RefusalException refusal
                ? Future.succeededFuture(refusal)
                : Future.failedFuture("not refused: " + done)));
  }

  @Test
  void whoFollowsASwarmTellsOfItAndNobodyElse() {
    assertThat(LocalMesh.await(directory().one("flow"))).isEqualTo(report(1));
    assertThat(LocalMesh.await(directory().all()))
        .isEqualTo(new SwarmDirectory.Listed(List.of(report(1)), false));
  }

  @Test
  void aSwarmThatNobodyFollowsIsToldOfByANodeThatMay() {
    follows(1, false);
    assertThat(LocalMesh.await(directory().one("flow"))).isIn(report(0), report(1));
    assertThat(LocalMesh.await(directory().all()).reports()).hasSize(1);
    RefusalException refusal =
        refusal(directory().tell("POST /api/swarms", "flow", new SwarmConnect()));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal.details()).containsEntry("role", "agents");
  }

  @Test
  void onlyItsFollowerIsToldWhatToDo() {
    assertThat(LocalMesh.await(directory().tell("POST /api/swarms", "flow", new SwarmConnect())))
        .isEqualTo(report(1));
    assertThat(SWARMS.get(1).heard()).contains(new SwarmConnect());
    assertThat(SWARMS.get(0).heard()).doesNotContain(new SwarmConnect());
  }

  @Test
  void anUnknownSwarmIsRefusedWithThoseThatThereAre() {
    HOSTS.get(0).play(asked -> names("everything", "flow"));
    RefusalException refusal = refusal(directory().one("flood"));
    assertThat(SwarmDirectory.isUnknown(refusal)).isTrue();
    assertThat(refusal.text())
        .isEqualTo("swarm: expected the name of a swarm, one of everything, flow, got flood");
    HOSTS.forEach(host -> host.play(asked -> names()));
    assertThat(refusal(directory().one("flow")).text()).contains("no node of this mesh has any");
  }

  @Test
  void aNodeThatDoesNotAnswerMayKnowMore() {
    HOSTS.get(0).play(asked -> silent());
    assertThat(LocalMesh.await(directory().all()))
        .isEqualTo(new SwarmDirectory.Listed(List.of(report(1)), true));
    RefusalException refusal = refusal(directory().one("flood"));
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(SwarmDirectory.isUnknown(refusal)).isFalse();
  }

  @Test
  void aFollowerThatDoesNotAnswerMakesWhatIsToldAPartOfIt() {
    SWARMS.get(1).play(asked -> silent());
    assertThat(LocalMesh.await(directory().all()))
        .isEqualTo(new SwarmDirectory.Listed(List.of(report(0)), true));
    SWARMS.get(0).play(asked -> silent());
    assertThat(LocalMesh.await(directory().all()))
        .isEqualTo(new SwarmDirectory.Listed(List.of(), true));
    assertThat(refusal(directory().one("flow")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void withoutANodeThatHostsAgentsSwarmsAreUnavailable() {
    Mesh alone = LocalMesh.alone(new SimpleMeterRegistry(), "gateway");
    SwarmDirectory directory = new SwarmDirectory(alone);
    assertThat(refusal(directory.all()).details()).containsEntry("role", "agents");
    assertThat(refusal(directory.one("flow")).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    LocalMesh.await(alone.leave());
  }
}
