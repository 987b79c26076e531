/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.agent.sdk.Agent;
import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agents.AgentKind.Made;
import dev.starling.testkit.LocalMesh;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents whose constructors hang. */
class AgentMakersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final Context context = vertx.getOrCreateContext();
  private final CountDownLatch database = new CountDownLatch(1);

  @AfterEach
  void close() {
    database.countDown();
    LocalMesh.await(vertx.close());
  }

  private static final class Plain extends Agent {
    @Override
    protected AgentProfile profile() {
      return AgentProfile.of("plain");
    }
  }

  private AgentKind hanging() {
    return new AgentKind(
        "hanging",
        "test",
        () -> {
          try {
            database.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
          }
          return new Plain();
        });
  }

  private <T> T onLoop(Supplier<T> work) {
    Promise<T> done = Promise.promise();
    context.runOnContext(turn -> done.complete(work.get()));
    return LocalMesh.await(done.future());
  }

  @Test
  void thoseOfOneKindKeepNobodyElseWaitingAndAreNoMoreThanSoMany() {
    AgentMakers makers = new AgentMakers(context, Duration.ofMinutes(1));
    List<Future<Made>> hang = new ArrayList<>();
    for (int i = 0; i < AgentMakers.MOST_OF_ONE_KIND; i++) {
      hang.add(onLoop(() -> makers.make(hanging())));
    }
    Future<Made> other = onLoop(() -> makers.make(new AgentKind("plain", "test", Plain::new)));
    assertThat(LocalMesh.await(other).profile().kind()).isEqualTo("plain");
    Future<Made> more = onLoop(() -> makers.make(hanging()));
    assertThatThrownBy(() -> LocalMesh.await(more))
        .hasMessageContaining("16 agents of kind hanging are being made and do not end");
    assertThat(hang).noneMatch(Future::isComplete);
    database.countDown();
    hang.forEach(LocalMesh::await);
    assertThat(onLoop(() -> makers.underWay("hanging"))).isZero();
  }

  @Test
  void oneThatTakesTooLongIsInterruptedAndMakesRoom() {
    AgentMakers makers = new AgentMakers(context, Duration.ofMillis(50));
    Future<Made> late = onLoop(() -> makers.make(hanging()));
    assertThatThrownBy(() -> LocalMesh.await(late)).hasMessageContaining("interrupted");
    eventually("there is room", PATIENCE, () -> onLoop(() -> makers.underWay("hanging")) == 0);
  }
}
