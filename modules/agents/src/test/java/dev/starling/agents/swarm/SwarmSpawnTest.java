/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import static dev.starling.agents.swarm.FollowedSwarm.at;
import static dev.starling.agents.swarm.FollowedSwarm.follow;
import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.agents.PlayedNode;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever has an agent spawned by a swarm learns whether it was, surely was not, or may be. */
class SwarmSpawnTest {
  private static final Spawn SCOUT = new Spawn("researcher", "scout", null, "");

  private static void awaitOffer(PlayedNode node) {
    eventually(
        "it offers something",
        PlayedNode.PATIENCE,
        () -> !node.ask(new OfferQuery()).kinds().isEmpty());
  }

  private static RefusalException refusal(PlayedNode node, Spawn spawn) {
    return LocalMesh.await(node.refusal(spawn));
  }

  @Test
  void shouldSayThatAnAgentMayBeThereWhereTheServerWentWhileItWasAsked() {
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        PlayedNode node = follow(at(server))) {
      awaitOffer(node);
      server.mute("agent_spawn");
      Future<RefusalException> asked = node.refusal(SCOUT);
      eventually(
          "the server is asked",
          PlayedNode.PATIENCE,
          () -> !server.callsOf("agent_spawn").isEmpty());
      server.hangUp();
      RefusalException refusal = LocalMesh.await(asked);
      assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(refusal.text())
          .startsWith("swarm flow: the connection ended")
          .endsWith("the agent may have been spawned all the same");
      assertThat(refusal.isNotMade()).isFalse();
    }
  }

  @Test
  void shouldSayThatNoAgentWasMadeWhereTheServerIsAway() {
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        PlayedNode node = follow(at(server))) {
      awaitOffer(node);
      server.mute("initialize");
      server.hangUp();
      eventually(
          "it offers nothing",
          PlayedNode.PATIENCE,
          () -> node.ask(new OfferQuery()).kinds().isEmpty());
      RefusalException refusal = refusal(node, SCOUT);
      assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(refusal.text()).isEqualTo("swarm flow: its server is not connected; try again");
      assertThat(refusal.isNotMade()).isTrue();
    }
  }

  /** The third spawn that was recorded of it is one that it refuses. */
  @Test
  void shouldSayThatNoAgentWasMadeWhereTheServerSaysNoOrDoesNotKnowTheKind() {
    try (RecordedServer server = new RecordedServer("ruv-swarm-1.0.20");
        PlayedNode node = follow(at(server))) {
      awaitOffer(node);
      node.ask(SCOUT);
      node.ask(new Spawn("coder", "smith", null, ""));
      RefusalException refused = refusal(node, new Spawn("coder", "baker", null, ""));
      assertThat(refused.text()).startsWith("swarm flow: ").contains("type must be one of");
      assertThat(refused.isNotMade()).isTrue();

      RefusalException unknown = refusal(node, new Spawn("gardener", null, null, ""));
      assertThat(unknown.code()).isEqualTo(ErrorCode.INVALID_MESSAGE);
      assertThat(unknown.text()).startsWith("kind: expected such as researcher");
      assertThat(unknown.isNotMade()).isTrue();
    }
  }

  @Test
  void shouldSayThatAnAgentWasSpawnedWhichTheMeshCannotHave() {
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        PlayedNode node = follow(at(server))) {
      awaitOffer(node);
      node.enrolment =
          enrol ->
              Future.failedFuture(
                  new RefusalException(ErrorCode.AGENT_ID_TAKEN, "somebody else is called so"));
      RefusalException refusal = refusal(node, SCOUT);
      assertThat(refusal.text()).contains("was spawned, but the mesh cannot have it");
      assertThat(refusal.isNotMade()).isFalse();
    }
  }

  /** Three seconds are waited for the mesh at most, and no longer than for any call in all. */
  @Test
  void shouldTellTheIdInTimeThoughTheMeshDoesNotKnowTheAgentYet() {
    Promise<Enrolled> never = Promise.promise();
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        PlayedNode node =
            follow(
                at(server),
                2,
                Duration.ofMillis(1_500),
                played -> played.enrolment = enrol -> never.future())) {
      awaitOffer(node);
      assertThat(node.ask(SCOUT, Duration.ofMillis(2_900)).agentId()).startsWith("agent-17");
    }
  }
}
