/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.SpawnRequest;
import dev.starling.protocol.mesh.AgentsMessage;
import dev.starling.protocol.mesh.AgentsMessage.Offer;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.AgentsMessage.Spawned;
import dev.starling.protocol.mesh.AgentsMessage.SwarmIs;
import dev.starling.protocol.mesh.AgentsMessage.SwarmQuery;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which of two hosts and a swarm, which the test plays on two nodes, is to start an agent. */
class AgentSpawnerTest {
  private static final List<ScriptedRole<AgentsMessage>> HOSTS = new ArrayList<>();
  private static List<Mesh> meshes = List.of();

  @SuppressWarnings("NullAway.Init")
  private static ScriptedRole<AgentsMessage> swarm;

  @BeforeAll
  static void join() {
    meshes = LocalMesh.joined(2, new SimpleMeterRegistry(), "gateway", "agents");
    for (Mesh mesh : meshes) {
      HOSTS.add(
          ScriptedRole.serve(
              mesh, "agents", Addresses.agents(mesh.nodeId()), asked -> offers(asked, 0, 1)));
    }
    Mesh second = meshes.get(1);
    swarm =
        ScriptedRole.serve(
            second, "agents", Addresses.swarm(second.nodeId(), "flow"), asked -> null);
  }

  @AfterAll
  static void leave() {
    HOSTS.clear();
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  @BeforeEach
  void both() {
    offer(0, 0, 10, "baker");
    offer(1, 0, 10, "baker");
  }

  private static Future<? extends MeshMessage> offers(
      AgentsMessage asked, int agents, int most, String... kinds) {
    return Future.succeededFuture(
        asked instanceof OfferQuery
            ? new Offer(List.of(kinds), agents, most)
            : new Spawned("agent-" + agents));
  }

  private static void offer(int host, int agents, int most, String... kinds) {
    HOSTS.get(host).play(asked -> offers(asked, agents, most, kinds));
  }

  /** The second node may follow the swarm, which says what it offers and whether it is followed. */
  private static void offerSwarm(boolean isFollowed, int agents, int most, String... kinds) {
    HOSTS
        .get(1)
        .play(asked ->
            asked instanceof OfferQuery
                ? Future.succeededFuture(new Offer(List.of("baker"), 0, 10, List.of("flow")))
                : offers(asked, 0, 10, "baker"));
    swarm.play(asked ->
        asked instanceof SwarmQuery
            ? Future.succeededFuture(new SwarmIs(isFollowed, RawJson.EMPTY_OBJECT))
            : offers(asked, agents, most, kinds));
  }

  private static String id(int host) {
    return meshes.get(host).nodeId();
  }

  private static Future<AgentSpawner.Started> asked(String kind, @Nullable String node) {
    return asked(new SpawnRequest(kind, "Ada", "bakes rye", node));
  }

  private static Future<AgentSpawner.Started> asked(SpawnRequest request) {
    return new AgentSpawner(meshes.getFirst(), new SwarmDirectory(meshes.getFirst()))
        .spawn(request, "alice");
  }

  private static SpawnRequest inSwarm(String kind, String name) {
    return new SpawnRequest(kind, "Ada", "bakes rye", null, name);
  }

  private static AgentSpawner.Started spawn(String kind, @Nullable String node) {
    return LocalMesh.await(asked(kind, node));
  }

  private static RefusalException refusal(String kind, @Nullable String node) {
    return refusal(new SpawnRequest(kind, "Ada", "bakes rye", node));
  }

  private static RefusalException refusal(SpawnRequest request) {
    return LocalMesh.await(
        asked(request)
            .transform(done ->
                done.cause() instanceof RefusalException refusal
                    ? Future.succeededFuture(refusal)
                    : Future.failedFuture("not refused: " + done)));
  }

  @Test
  void theHostWithTheFewestAgentsIsTold() {
    offer(0, 7, 10, "baker");
    offer(1, 3, 10, "miller", "baker");
    assertThat(spawn("baker", null)).isEqualTo(new AgentSpawner.Started("agent-3", id(1)));
    assertThat(HOSTS.get(1).heard()).contains(new Spawn("baker", "Ada", "bakes rye", "alice"));
    assertThat(HOSTS.get(0).heard()).noneMatch(Spawn.class::isInstance);
  }

  @Test
  void onlyAHostThatCanAndHasRoomIsTold() {
    offer(0, 0, 10, "miller");
    offer(1, 9, 10, "baker");
    assertThat(spawn("baker", null).node()).isEqualTo(id(1));
    offer(0, 2, 2, "baker");
    assertThat(spawn("baker", null).node()).isEqualTo(id(1));
  }

  @Test
  void aNodeIsNamedByItsIdOrItsName() {
    String name = meshes.get(1).view().me().name();
    offer(1, 5, 10, "baker");
    assertThat(spawn("baker", id(1)).node()).isEqualTo(id(1));
    assertThat(spawn("baker", name).node()).isEqualTo(id(1));
    assertThat(spawn("baker", id(0)).node()).isEqualTo(id(0));
  }

  @Test
  void anUnknownNodeIsRefusedWithThoseThatThereAre() {
    RefusalException refusal = refusal("baker", "nowhere");
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal.details()).containsEntry("field", "node");
    assertThat(refusal.text())
        .contains(meshes.get(0).view().me().name(), meshes.get(1).view().me().name());
  }

  @Test
  void anUnknownKindIsRefusedWithThoseOfAllHosts() {
    offer(0, 0, 10, "miller", "baker");
    offer(1, 0, 10, "cook", "baker");
    RefusalException refusal = refusal("juggler", null);
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal.text()).isEqualTo("kind: expected one of baker, cook, miller, got juggler");
  }

  @Test
  void whereEveryHostIsFullTheMeshIsUnavailable() {
    offer(0, 10, 10, "baker");
    offer(1, 10, 10, "baker");
    RefusalException refusal = refusal("baker", null);
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal.details()).containsEntry("role", "agents");
  }

  @Test
  void aHostThatDoesNotAnswerKeepsNobodyFromAnother() {
    HOSTS.get(0).play(asked -> Future.failedFuture(RefusalException.unavailable("agents", "no")));
    assertThat(spawn("baker", null).node()).isEqualTo(id(1));
    HOSTS.get(1).play(asked -> Future.failedFuture(RefusalException.unavailable("agents", "no")));
    assertThat(refusal("baker", null).code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void aSwarmThatOffersTheKindGoesBeforeEveryNode() {
    offerSwarm(true, 7, 8, "baker");
    assertThat(spawn("baker", null)).isEqualTo(new AgentSpawner.Started("agent-7", id(1)));
    assertThat(swarm.heard()).contains(new Spawn("baker", "Ada", "bakes rye", "alice"));
    assertThat(HOSTS.get(1).heard()).noneMatch(Spawn.class::isInstance);
  }

  @Test
  void aSwarmThatIsFullOrOffersNothingNowLeavesItToTheNodes() {
    offer(0, 5, 10, "baker");
    offerSwarm(true, 8, 8, "baker");
    assertThat(spawn("baker", null)).isEqualTo(new AgentSpawner.Started("agent-0", id(1)));
    offerSwarm(false, 0, 0);
    assertThat(spawn("baker", null)).isEqualTo(new AgentSpawner.Started("agent-0", id(1)));
    assertThat(swarm.heard()).containsExactly(new OfferQuery());
  }

  /** It offers what it did, and refuses to start it. */
  private static void refuse(int host, RefusalException refusal) {
    HOSTS
        .get(host)
        .play(asked ->
            asked instanceof OfferQuery
                ? Future.succeededFuture(new Offer(List.of("baker"), 0, 10))
                : Future.failedFuture(refusal));
  }

  private static void refuseInSwarm(RefusalException refusal) {
    offerSwarm(true, 7, 8, "baker");
    swarm.play(asked ->
        asked instanceof Spawn
            ? Future.failedFuture(refusal)
            : Future.succeededFuture(new Offer(List.of("baker"), 7, 8)));
  }

  private static RefusalException away() {
    return new RefusalException(
        ErrorCode.UNAVAILABLE, "swarm flow: it is away", Map.of("swarm", "flow"));
  }

  private static boolean isAskedToSpawn(int host) {
    return HOSTS.get(host).heard().stream().anyMatch(Spawn.class::isInstance);
  }

  @Test
  void whatSurelyDidNotBeginIsAskedOfTheNext() {
    offer(0, 5, 10, "baker");
    refuse(1, RefusalException.unavailable("agents", "this node is full").notMade());
    assertThat(spawn("baker", null)).isEqualTo(new AgentSpawner.Started("agent-5", id(0)));
    assertThat(isAskedToSpawn(1)).isTrue();
    refuseInSwarm(away().notMade());
    assertThat(spawn("baker", null)).isEqualTo(new AgentSpawner.Started("agent-0", id(1)));
    refuseInSwarm(
        RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "kind", "such as cook", "baker")
            .notMade());
    assertThat(spawn("baker", null)).isEqualTo(new AgentSpawner.Started("agent-0", id(1)));
  }

  @Test
  void whatMayHaveBegunIsNotRepeatedElsewhere() {
    refuseInSwarm(away());
    assertThat(refusal("baker", null).text()).isEqualTo("swarm flow: it is away");
    assertThat(isAskedToSpawn(0) || isAskedToSpawn(1)).isFalse();
    refuseInSwarm(new RefusalException(ErrorCode.TIMEOUT, "nobody answered"));
    RefusalException late = refusal("baker", null);
    assertThat(late.code()).isEqualTo(ErrorCode.TIMEOUT);
    assertThat(late.text()).endsWith("; the agent may have been started all the same");
    assertThat(isAskedToSpawn(0) || isAskedToSpawn(1)).isFalse();
  }

  @Test
  void aKindThatNobodyOffersAnyMoreIsNoMistakeOfTheClients() {
    RefusalException unknown =
        RefusalException.ofField(ErrorCode.INVALID_MESSAGE, "kind", "one of cook", "baker")
            .notMade();
    refuse(0, unknown);
    refuse(1, unknown);
    RefusalException refusal = refusal("baker", null);
    assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    assertThat(refusal.details()).containsEntry("made", false);
  }

  @Test
  void onlyASwarmOfTheNodeThatIsWantedIsAsked() {
    offerSwarm(true, 7, 8, "baker");
    assertThat(spawn("baker", id(0))).isEqualTo(new AgentSpawner.Started("agent-0", id(0)));
    assertThat(swarm.heard()).isEmpty();
    assertThat(spawn("baker", id(1))).isEqualTo(new AgentSpawner.Started("agent-7", id(1)));
  }

  @Test
  void whatOnlyASwarmSpawnsIsAKindOfTheMesh() {
    offerSwarm(true, 0, 8, "miller");
    assertThat(refusal("juggler", null).text())
        .isEqualTo("kind: expected one of baker, miller, got juggler");
    assertThat(spawn("miller", null).node()).isEqualTo(id(1));
  }

  @Test
  void anAgentForASwarmIsSpawnedByTheNodeThatFollowsIt() {
    offerSwarm(true, 7, 8);
    assertThat(LocalMesh.await(asked(inSwarm("juggler", "flow"))))
        .isEqualTo(new AgentSpawner.Started("agent-7", id(1)));
    assertThat(swarm.heard())
        .containsExactly(new SwarmQuery(false), new Spawn("juggler", "Ada", "bakes rye", "alice"));
  }

  @Test
  void aSwarmThatNobodyFollowsIsUnavailableAndAnUnknownOneIsRefused() {
    offerSwarm(false, 0, 0);
    assertThat(refusal(inSwarm("baker", "flow")).text())
        .isEqualTo("agents: no node follows the swarm flow now; try again");
    RefusalException refusal = refusal(inSwarm("baker", "flood"));
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
    assertThat(refusal.text())
        .isEqualTo("swarm: expected the name of a swarm, one of flow, got flood");
  }
}
