/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.starling.swarms.SwarmChange.AgentAppeared;
import dev.starling.swarms.SwarmChange.Disconnected;
import dev.starling.swarms.SwarmFailure.Kind;
import dev.starling.swarms.SwarmOptions.Patience;
import dev.starling.testkit.RecordedServer;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of calls that take long, as long as they take and when nobody wants them. */
class WorkTest {
  private static final String RECORDING = "ruv-swarm-1.0.20";
  private static final String LONG_WORK = "long_work";
  private static final SwarmOptions EAGER = Followed.eager();

  private static Followed followed(RecordedServer server, Duration call, Duration ping) {
    server.mute(LONG_WORK);
    Patience patience = new Patience(Followed.PATIENCE, call, ping, Duration.ofSeconds(2));
    Followed followed =
        new Followed(
            Followed.tcp(server),
            new SwarmOptions(EAGER.cadence(), patience, EAGER.retry(), EAGER.bounds()));
    followed.await(AgentAppeared.class);
    return followed;
  }

  private static Followed followed(RecordedServer server) {
    return followed(server, Followed.PATIENCE, Duration.ofSeconds(10));
  }

  /** It gives up pings soon. */
  private static Followed impatient(RecordedServer server) {
    return followed(server, Followed.PATIENCE, Duration.ofMillis(200));
  }

  /** Work that the server has, and never ends by itself. */
  private static ToolWork begin(Followed followed, RecordedServer server, Duration patience) {
    ToolWork work = followed.work(LONG_WORK, Map.of("n", 1), patience);
    eventually("it is sent", Followed.PATIENCE, () -> !server.argumentsOf(LONG_WORK).isEmpty());
    return work;
  }

  private static ToolWork begin(Followed followed, RecordedServer server) {
    return begin(followed, server, Followed.PATIENCE);
  }

  private static SwarmFailure failure(Future<?> call) {
    eventually("the call fails", Followed.PATIENCE, call::failed);
    return (SwarmFailure) call.cause();
  }

  /** As one with a single thread that is busy. */
  private static void hush(RecordedServer server) {
    server.mute("ping");
    server.mute("agent_list");
    server.mute("swarm_status");
    server.mute("task_status");
  }

  private static JsonNode longWork(RecordedServer server) {
    return server.messages("tools/call").stream()
        .filter(call -> call.at("/params/name").asText().equals(LONG_WORK))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldLetWorkTakeLongerThanAnythingElseMay() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = followed(server, Duration.ofMillis(700), Duration.ofSeconds(10))) {
      ToolWork work = begin(followed, server);
      SwarmFailure late = failure(followed.begin(one -> one.callTool("swarm_status", Map.of())));
      assertThat(late.kind()).isEqualTo(Kind.LATE);
      assertThat(late.mayHaveActed()).as("it never was sent").isFalse();
      server.say(
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[]}}"
              .formatted(longWork(server).path("id")));
      eventually("the work is done", Followed.PATIENCE, () -> work.result().succeeded());
      assertThat(work.over().succeeded()).isTrue();
    }
  }

  @Test
  void shouldTellTheServerThatNobodyWantsItsWorkAndGoOnOnceItAnswersAPing() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = followed(server)) {
      ToolWork work = begin(followed, server);
      Future<ToolResult> next = followed.begin(one -> one.callTool("swarm_status", Map.of()));
      followed.withdraw(work, "somebody changed their mind");
      SwarmFailure taken = failure(work.result());
      assertThat(taken.kind()).isEqualTo(Kind.WITHDRAWN);
      assertThat(taken.mayHaveActed()).isTrue();
      eventually("the server is free", Followed.PATIENCE, () -> work.over().succeeded());
      eventually("the next call is answered", Followed.PATIENCE, next::succeeded);

      eventually(
          "the server is told",
          Followed.PATIENCE,
          () -> server.timesAsked("notifications/cancelled") == 1);
      JsonNode told = server.messages("notifications/cancelled").getFirst().path("params");
      assertThat(told.path("requestId")).isEqualTo(longWork(server).path("id"));
      assertThat(told.path("reason").asText()).contains("somebody changed their mind");
      assertThat(followed.figures().losses()).isZero();
    }
  }

  @Test
  void shouldNeverSendWorkThatIsTakenBackBeforeItsTurn() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = followed(server)) {
      ToolWork first = begin(followed, server);
      ToolWork second = followed.work("other_work", Map.of(), Followed.PATIENCE);
      followed.withdraw(second, "no need");
      assertThat(failure(second.result()).mayHaveActed()).isFalse();
      assertThat(second.over().succeeded()).isTrue();
      followed.withdraw(first, "no need");
      eventually("the first is over", Followed.PATIENCE, () -> first.over().succeeded());
      followed.ask(one -> one.callTool("swarm_status", Map.of()));
      assertThat(server.callsOf("other_work")).isEmpty();
    }
  }

  @Test
  void shouldTakeAServerForLostThatDoesNotLetGoOfWorkThatWasTakenBack() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = impatient(server)) {
      ToolWork work = begin(followed, server);
      ToolWork next = followed.work("other_work", Map.of(), Followed.PATIENCE);
      hush(server);
      followed.withdraw(work, "no need");
      followed.await(Disconnected.class, one -> one.reason().contains("3 pings"));
      eventually("it is over", Followed.PATIENCE, () -> work.over().succeeded());
      SwarmFailure unsent = failure(next.result());
      assertThat(unsent.kind()).isEqualTo(Kind.AWAY);
      assertThat(unsent.mayHaveActed()).isFalse();
      assertThat(server.callsOf("other_work")).isEmpty();
    }
  }

  /** It may have but one thread; after its deadline nobody waits for that any more. */
  @Test
  void shouldLetAServerThatIsAtWorkFinishThoughItAnswersNoPings() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = impatient(server)) {
      ToolWork work = begin(followed, server, Duration.ofSeconds(1));
      hush(server);
      SwarmFailure late = failure(work.result());
      assertThat(late.kind()).isEqualTo(Kind.LATE);
      assertThat(late.mayHaveActed()).isTrue();
      followed.await(Disconnected.class, one -> one.reason().contains("pings"));
      assertThat(server.timesAsked("notifications/cancelled")).isEqualTo(1);
    }
  }

  @Test
  void shouldNotWaitForWorkOfAServerThatIsNotThereAnyMore() {
    try (RecordedServer server = new RecordedServer(RECORDING);
        Followed followed = impatient(server)) {
      ToolWork work = begin(followed, server);
      server.stopListening();
      hush(server);
      SwarmFailure away = failure(work.result());
      assertThat(away.kind()).isEqualTo(Kind.AWAY);
      assertThat(away.mayHaveActed()).isTrue();
      assertThat(away).hasMessageContaining("takes no connection");
    }
  }

  @Test
  void shouldTellWhichTaskAServerHasThatCouldNotBeAssigned() {
    try (RecordedServer server = new RecordedServer("claude-flow-3.43.0");
        Followed followed = new Followed(Followed.tcp(server))) {
      followed.await(AgentAppeared.class);
      server.mute("task_assign");
      Future<TaskView> task =
          followed.begin(
              one -> one.submit(new TaskPlan("find it", "research", "high", List.of("agent-1"))));
      eventually(
          "it is assigned", Followed.PATIENCE, () -> !server.argumentsOf("task_assign").isEmpty());
      server.hangUp();
      SwarmFailure failure = failure(task);
      assertThat(failure.kind()).isEqualTo(Kind.AWAY);
      assertThat(failure.leftTask())
          .isEqualTo(server.argumentsOf("task_assign").getFirst().path("taskId").asText());
    }
  }
}
