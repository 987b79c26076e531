/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.router;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.Mesh;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentLabel;
import dev.starling.protocol.mesh.Asks;
import dev.starling.protocol.mesh.MeshMessage;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.Registration;
import dev.starling.protocol.mesh.RosterChange.Absent;
import dev.starling.protocol.mesh.RosterChange.Present;
import dev.starling.protocol.mesh.RosterMark;
import dev.starling.protocol.mesh.RouterMessage;
import dev.starling.protocol.mesh.RouterMessage.Deposit;
import dev.starling.protocol.mesh.RouterMessage.Feed;
import dev.starling.protocol.mesh.RouterMessage.FeedAck;
import dev.starling.protocol.mesh.RouterMessage.Pair;
import dev.starling.protocol.mesh.RouterMessage.PairCount;
import dev.starling.protocol.mesh.RouterMessage.RosterPart;
import dev.starling.protocol.mesh.RouterMessage.RosterQuery;
import dev.starling.protocol.mesh.RouterMessage.Traffic;
import dev.starling.protocol.mesh.RouterMessage.TrafficQuery;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a simulator on another node asks of a real router, over the real bus. */
class SimulatorQuestionsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<FeedScript> GATEWAYS = new ArrayList<>();

  private static List<Mesh> meshes = List.of();
  private static ErrorCode answerWhileWarmingUp = ErrorCode.INTERNAL;

  @BeforeAll
  static void start() {
    meshes = LocalMesh.joined(2, new SimpleMeterRegistry(), "gateway", "router");
    Mesh mesh = meshes.getFirst();
    RouterVerticle router = new RouterVerticle(mesh, Samples.config(), new SimpleMeterRegistry());
    LocalMesh.await(mesh.vertx().deployVerticle(router));
    eventually("it answers", PATIENCE, () -> refusalOfRoster() == ErrorCode.UNAVAILABLE);
    answerWhileWarmingUp = refusalOfRoster();
    for (Mesh one : meshes) {
      one.roleIs("gateway", State.SERVING);
      GATEWAYS.add(new FeedScript(one.nodeId(), one.view().me().incarnation()));
    }
    GATEWAYS.forEach(gateway -> prove(gateway, gateway.snapshot(0)));
    eventually(
        "it serves",
        PATIENCE,
        () -> mesh.view().me().serves("router") && feed(gateway().digest(0)).serving());
  }

  @AfterAll
  static void leave() {
    meshes.forEach(mesh -> LocalMesh.await(mesh.leave()));
  }

  private static FeedScript gateway() {
    return GATEWAYS.getFirst();
  }

  /** From the other node. */
  private static <R extends MeshMessage, Q extends RouterMessage & Asks<R>> Future<R> ask(
      Q question) {
    return meshes
        .getLast()
        .bus()
        .request(Addresses.router(meshes.getFirst().nodeId()), question, PATIENCE);
  }

  private static ErrorCode refusalOfRoster() {
    AtomicReference<ErrorCode> code = new AtomicReference<>(ErrorCode.INTERNAL);
    LocalMesh.await(
        ask(new RosterQuery(RosterMark.START))
            .<Object>map(part -> part)
            .otherwise(failure -> {
              code.set(((RefusalException) failure).code());
              return failure;
            }));
    return code.get();
  }

  private static FeedAck feed(Feed feed) {
    return LocalMesh.await(ask(feed));
  }

  private static void prove(FeedScript gateway, Feed first) {
    feed(gateway.digest(feed(first).stamp()));
  }

  private static void join(long key, String id, AgentLabel label) {
    prove(
        gateway(),
        gateway()
            .add(
                new Registration(
                    key,
                    new Registration.Claim(key, meshes.getFirst().nodeId()),
                    id,
                    "",
                    Fingerprint.of(1, 0),
                    0,
                    false,
                    label)));
  }

  private static RosterPart roster(RosterMark mark) {
    return LocalMesh.await(ask(new RosterQuery(mark)));
  }

  private static void emit(String source, String outcomeId) {
    Deposit deposit =
        new Deposit(
            meshes.getFirst().nodeId(),
            source,
            outcomeId,
            false,
            Fingerprint.of(1, 0),
            List.of(),
            0,
            RawJson.EMPTY_OBJECT,
            0,
            5_000);
    LocalMesh.await(ask(deposit));
  }

  @Test
  void itHearsWhoIsThereWhatTheyAreCalledAndWhatChangesAndWhatPassesBetweenThem() {
    assertThat(answerWhileWarmingUp).isEqualTo(ErrorCode.UNAVAILABLE);
    String home = meshes.getFirst().nodeId();
    AgentLabel label = new AgentLabel("Ünal", "researcher");
    join(1, "a", label);
    join(2, "b", AgentLabel.NONE);

    RosterPart whole = roster(RosterMark.START);
    assertThat(whole.reset()).isTrue();
    assertThat(whole.last()).isTrue();
    assertThat(whole.changes())
        .containsExactlyInAnyOrder(
            new Present("a", label, home), new Present("b", AgentLabel.NONE, home));

    assertThat(traffic(5, 0)).isEqualTo(new Traffic(0, false, List.of()));
    emit("a", "o-1");
    emit("b", "o-2");
    emit("rest:somebody", "o-3");
    AtomicReference<Traffic> counted = new AtomicReference<>();
    eventually(
        "it is told",
        PATIENCE,
        () -> {
          counted.set(traffic(5, 0));
          return counted.get().sequence() == 1;
        });
    assertThat(counted.get().counts()).containsExactly(new PairCount(new Pair("a", "b"), 2));
    assertThat(ask(new TrafficQuery("asker", 4, 0)).toCompletionStage().toCompletableFuture())
        .failsWithin(PATIENCE)
        .withThrowableThat()
        .withMessageContaining("in term 5");

    join(3, "c", AgentLabel.NONE);
    prove(gateway(), gateway().remove(1));
    RosterPart changes = roster(whole.mark());
    assertThat(changes.reset()).isFalse();
    assertThat(changes.changes())
        .containsExactly(new Present("c", AgentLabel.NONE, home), new Absent("a"));
    assertThat(roster(changes.mark()).changes()).isEmpty();
  }

  private static Traffic traffic(long term, long known) {
    return LocalMesh.await(ask(new TrafficQuery("asker", term, known)));
  }
}
