/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.starling.agent.sdk.AgentProfile;
import dev.starling.agent.sdk.Emission;
import dev.starling.agent.sdk.OnVirtualThread;
import dev.starling.agent.sdk.Outcome;
import dev.starling.agent.sdk.Task;
import dev.starling.agents.PlayedNode.Scripted;
import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.Fingerprint;
import dev.starling.protocol.RawJson;
import dev.starling.protocol.RefusalException;
import dev.starling.protocol.flow.AgentLife;
import dev.starling.protocol.flow.ControlAction;
import dev.starling.protocol.mesh.AgentsMessage.OfferQuery;
import dev.starling.protocol.mesh.AgentsMessage.Spawn;
import dev.starling.protocol.mesh.GatewayMessage.Dismiss;
import dev.starling.protocol.mesh.GatewayMessage.Emit;
import dev.starling.protocol.mesh.GatewayMessage.Enrol;
import dev.starling.protocol.mesh.GatewayMessage.Enrolled;
import dev.starling.protocol.mesh.TaskMessage.Report;
import dev.starling.protocol.mesh.TaskMessage.Reported;
import dev.starling.protocol.task.TaskRequest;
import dev.starling.protocol.task.TaskStep;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AgentsVerticleTest {
  private static final AgentProfile PROFILE =
      AgentProfile.of("test").named("Ünal").about(1, 0).can("tests").tasks(2);

  @Test
  void anAgentIsKnownAtOnceAndReachedOnceItHasStarted() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      String agentId = node.spawn();

      assertThat(agentId).startsWith("test-");
      assertThat(node.lives(agentId)).startsWith(AgentLife.STARTING, AgentLife.IDLE);
      Enrol first =
          (Enrol) node.toGateway.stream().filter(Enrol.class::isInstance).findFirst().orElseThrow();
      assertThat(first.isHeldBack()).isTrue();
      Enrol last = node.enrolled(agentId);
      assertThat(last.isHeldBack()).isFalse();
      assertThat(last.tasks()).isEqualTo(2);
      assertThat(last.fingerprint()).isEqualTo(Fingerprint.of(1, 0));
      assertThat(new JsonObject(last.meta().toString()))
          .isEqualTo(
              JsonObject.of("name", "Ünal", "kind", "test", "capabilities", JsonArray.of("tests")));
      assertThat(node.status(agentId).getJsonObject("mcpMetrics").getValue("errorRate")).isNull();
    }
  }

  @Test
  void whoeverSpawnsAnAgentMayNameIt() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      String agentId = node.ask(new Spawn("test", "Ada", null, "someone")).agentId();
      node.awaitLife(agentId, AgentLife.IDLE);

      assertThat(node.status(agentId).getString("name")).isEqualTo("Ada");
      assertThat(node.enrolled(agentId).subject()).isEqualTo("someone");
    }
  }

  @Test
  void aHostSaysWhatItCanStartAndRefusesTheRest() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      for (int i = 0; i < 3; i++) {
        node.spawn();
      }
      assertThat(node.ask(new OfferQuery()).kinds()).containsExactly("test");
      assertThat(node.ask(new OfferQuery()).agents()).isEqualTo(3);
      assertThatThrownBy(() -> node.ask(new Spawn("test", null, null, "")))
          .hasMessageContaining("full; raise agents.max");
      assertThatThrownBy(() -> node.ask(new Spawn("poet", null, null, "")))
          .hasMessageContaining("one of test");
    }
  }

  @Test
  void anOutcomeReachesItAndWhatItEmitsGoesToTheGateway() {
    class Echo extends Scripted {
      Echo() {
        super(PROFILE);
      }

      @Override
      protected void onOutcome(Outcome in) {
        Future<?> _ = emit(Emission.of("echo of " + in.text()).from(in));
      }
    }
    try (PlayedNode node = new PlayedNode(10, Echo::new)) {
      String agentId = node.spawn();
      node.deliver(agentId, "hello");

      eventually(
          "it emits",
          PlayedNode.PATIENCE,
          () -> node.toGateway.stream().anyMatch(Emit.class::isInstance));
      Emit emit =
          (Emit) node.toGateway.stream().filter(Emit.class::isInstance).findFirst().orElseThrow();
      JsonObject packet = new JsonObject(emit.packet().toString());
      assertThat(packet.getJsonObject("payload").getString("text")).isEqualTo("echo of hello");
      assertThat(packet.getJsonArray("derived_from")).isEqualTo(JsonArray.of("o"));
      node.awaitLife(agentId, AgentLife.ACTIVE);
      eventually(
          "both are counted",
          PlayedNode.PATIENCE,
          () -> {
            JsonObject counted = node.status(agentId).getJsonObject("mcpMetrics");
            return counted.getInteger("messagesProcessed") == 1
                && counted.getInteger("responsesGenerated") == 1;
          });
    }
  }

  @Test
  void whatDoesItsThinkingIsToldAsSoonAsThatChanges() {
    class Changing extends Scripted {
      Changing() {
        super(PROFILE.backedBy("model:small"));
      }

      @Override
      protected void onOutcome(Outcome in) {
        backedBy(in.text());
      }
    }
    try (PlayedNode node = new PlayedNode(10, Changing::new)) {
      String agentId = node.spawn();
      assertThat(node.status(agentId).getString("backend")).isEqualTo("model:small");
      node.deliver(agentId, "extractive");
      eventually(
          "it is told",
          PlayedNode.PATIENCE,
          () -> node.status(agentId).getString("backend").equals("extractive"));
      assertThat(node.control(agentId, ControlAction.RESTART)).isEqualTo("starting");
      eventually(
          "a new one says what its profile says",
          PlayedNode.PATIENCE,
          () -> node.status(agentId).getString("backend").equals("model:small"));
    }
  }

  @Test
  void aPausedAgentIsHeldBackAndWhatWasOnTheWayWaits() {
    List<String> heard = new CopyOnWriteArrayList<>();
    class Noting extends Scripted {
      Noting() {
        super(PROFILE);
      }

      @Override
      protected void onOutcome(Outcome in) {
        heard.add(in.text());
      }
    }
    try (PlayedNode node = new PlayedNode(10, Noting::new)) {
      String agentId = node.spawn();
      assertThat(node.control(agentId, ControlAction.PAUSE)).isEqualTo("paused");
      assertThat(node.enrolled(agentId).isHeldBack()).isTrue();
      node.deliver(agentId, "late");
      assertThat(node.perform(agentId, "t-1")).isFalse();
      assertThat(heard).isEmpty();

      assertThat(node.control(agentId, ControlAction.RESUME)).isIn("idle", "active");
      assertThat(node.enrolled(agentId).isHeldBack()).isFalse();
      eventually("it hears", PlayedNode.PATIENCE, () -> heard.equals(List.of("late")));
    }
  }

  /** Takes its time to start, every time, and then notes what it hears. */
  @OnVirtualThread
  private static final class SlowStarter extends Scripted {
    private final Semaphore starts;
    private final List<String> heard;

    SlowStarter(Semaphore starts, List<String> heard) {
      super(PROFILE);
      this.starts = starts;
      this.heard = heard;
    }

    @Override
    protected void onStart() throws InterruptedException {
      starts.acquire();
    }

    @Override
    protected void onOutcome(Outcome in) {
      heard.add(in.text());
    }
  }

  @Test
  void whatIsToldToAnAgentWhileItStartsHoldsOnceItHasStarted() {
    Semaphore starts = new Semaphore(0);
    List<String> heard = new CopyOnWriteArrayList<>();
    try (PlayedNode node = new PlayedNode(10, () -> new SlowStarter(starts, heard))) {
      String agentId = node.ask(new Spawn("test", null, null, "")).agentId();
      eventually("it is in its start", PlayedNode.PATIENCE, starts::hasQueuedThreads);
      assertThat(node.control(agentId, ControlAction.PAUSE)).isEqualTo("starting");
      starts.release();
      node.awaitLife(agentId, AgentLife.PAUSED);
      node.deliver(agentId, "while paused");
      assertThat(node.perform(agentId, "t-1")).isFalse();
      assertThat(heard).isEmpty();

      assertThat(node.control(agentId, ControlAction.RESTART)).isEqualTo("starting");
      assertThat(node.control(agentId, ControlAction.PAUSE)).isEqualTo("starting");
      eventually("it is in its start again", PlayedNode.PATIENCE, starts::hasQueuedThreads);
      assertThat(node.control(agentId, ControlAction.RESUME)).isEqualTo("starting");
      starts.release();
      node.awaitLife(agentId, AgentLife.IDLE);
      node.deliver(agentId, "after all");
      eventually("it hears", PlayedNode.PATIENCE, () -> heard.equals(List.of("after all")));
    }
  }

  @Test
  void aTaskEndsWithItsResultWhichIsToldUntilItIsHeard() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      String agentId = node.spawn();
      AtomicInteger asked = new AtomicInteger();
      node.keeper =
          report ->
              asked.incrementAndGet() < 3
                  ? Future.failedFuture(RefusalException.unavailable("tasks", "not now"))
                  : Future.succeededFuture(new Reported(true));
      assertThat(node.perform(agentId, "t-1")).isTrue();

      eventually("it is told three times", PlayedNode.PATIENCE, () -> node.reports.size() == 3);
      assertThat(node.reports)
          .allMatch(report ->
              report.equals(
                  new Report(
                      "t-1", 1, agentId, new TaskStep.Completed(RawJson.of("{\"did\":\"t-1\"}")))));
    }
  }

  @Test
  void anAgentTakesAsManyTasksAsItSaysAndTheSameOneOnce() {
    Promise<JsonObject> end = Promise.promise();
    class Slow extends Scripted {
      Slow() {
        super(PROFILE);
      }

      @Override
      protected Future<JsonObject> onTask(Task task) {
        progress(task, 40, "reading");
        return end.future();
      }
    }
    try (PlayedNode node = new PlayedNode(10, Slow::new)) {
      String agentId = node.spawn();
      assertThat(node.perform(agentId, "t-1")).isTrue();
      assertThat(node.perform(agentId, "t-1")).isTrue();
      assertThat(node.perform(agentId, "t-2")).isTrue();
      assertThat(node.perform(agentId, "t-3")).isFalse();
      eventually(
          "how far both are is told",
          PlayedNode.PATIENCE,
          () ->
              node.reports.stream()
                      .filter(report -> report.step() instanceof TaskStep.Progress)
                      .map(Report::taskId)
                      .distinct()
                      .count()
                  == 2);
      assertThat(node.status(agentId).getJsonObject("health").getInteger("taskQueue")).isPositive();
    }
  }

  @Test
  void whatItThrowsIsCountedAndFiveInARowStartItAnewAndGiveItsTasksBack() {
    class Keeping extends Scripted {
      Keeping() {
        super(PROFILE);
      }

      @Override
      protected Future<JsonObject> onTask(Task task) {
        return Future.future(never -> {});
      }
    }
    try (PlayedNode node = new PlayedNode(10, Keeping::new)) {
      String agentId = node.spawn();
      node.perform(agentId, "t-1");
      for (int i = 0; i < AgentHost.MOST_FAILURES; i++) {
        node.deliver(agentId, "fail");
      }
      node.awaitLife(agentId, AgentLife.FAILING);
      assertThat(node.status(agentId).getString("reason"))
          .isEqualTo("5 calls failed in a row, the last with IllegalStateException: told to");
      assertThat(node.enrolled(agentId).isHeldBack()).isTrue();
      eventually(
          "the task is given back",
          PlayedNode.PATIENCE,
          () ->
              node.reports.stream()
                  .anyMatch(report ->
                      report.step() instanceof TaskStep.Failed(String _, boolean mayRetry)
                          && mayRetry));
      eventually(
          "it is reached again",
          PlayedNode.PATIENCE,
          () ->
              node.lives(agentId)
                  .subList(
                      node.lives(agentId).indexOf(AgentLife.FAILING), node.lives(agentId).size())
                  .contains(AgentLife.IDLE));
      assertThat(node.count("starling.agents.failures")).isEqualTo(1);
    }
  }

  @Test
  void tasksThatFailAreCountedAsErrorsHoweverTheyFailAndDoNotStartItAnew() {
    class Unable extends Scripted {
      Unable() {
        super(PROFILE);
      }

      @Override
      protected Future<JsonObject> onTask(Task task) {
        return switch (task.id()) {
          case "t-0" -> Future.succeededFuture(new JsonObject());
          case "t-1" -> throw new IllegalStateException("cannot");
          case "t-2" ->
              Future.succeededFuture(JsonObject.of("much", "x".repeat(TaskRequest.MOST_INPUT)));
          default -> Future.failedFuture("cannot");
        };
      }
    }
    try (PlayedNode node = new PlayedNode(10, Unable::new)) {
      String agentId = node.spawn();
      for (int i = 0; i < 10; i++) {
        String task = "t-" + i;
        eventually("it has room", PlayedNode.PATIENCE, () -> node.perform(agentId, task));
      }
      eventually("all have ended", PlayedNode.PATIENCE, () -> node.reports.size() == 10);
      assertThat(node.control(agentId, ControlAction.PAUSE)).isEqualTo("paused");
      assertThat(node.status(agentId).getJsonObject("mcpMetrics").getDouble("errorRate"))
          .isEqualTo(0.9);
      assertThat(node.lives(agentId)).doesNotContain(AgentLife.FAILING);
    }
  }

  @Test
  void anAgentThatCannotStartSaysWhyAndIsTriedAgain() {
    AtomicInteger starts = new AtomicInteger();
    class Shy extends Scripted {
      Shy() {
        super(PROFILE);
      }

      @Override
      protected void onStart() {
        if (starts.incrementAndGet() == 1) {
          throw new IllegalStateException("not yet");
        }
      }
    }
    try (PlayedNode node = new PlayedNode(10, Shy::new)) {
      String agentId = node.ask(new Spawn("test", null, null, "")).agentId();
      node.awaitLife(agentId, AgentLife.IDLE);
      assertThat(node.lives(agentId))
          .startsWith(AgentLife.STARTING, AgentLife.FAILING, AgentLife.STARTING, AgentLife.IDLE);
    }
  }

  @Test
  void anAgentThatDoesNotStartInTimeSaysSoAndIsTriedAgain() {
    Semaphore starts = new Semaphore(0);
    AgentKind slow =
        new AgentKind("test", "test", () -> new SlowStarter(starts, new CopyOnWriteArrayList<>()));
    try (PlayedNode node = new PlayedNode(10, Duration.ofSeconds(1), slow)) {
      String agentId = node.ask(new Spawn("test", null, null, "")).agentId();
      node.awaitLife(agentId, AgentLife.FAILING);
      assertThat(node.status(agentId).getString("reason")).isEqualTo("it did not start within 1 s");
      starts.release();
      node.awaitLife(agentId, AgentLife.IDLE);
    }
  }

  @Test
  void whileAStartHangsNoSecondOneIsBegun() {
    CompletableFuture<Boolean> go = new CompletableFuture<>();
    AtomicInteger made = new AtomicInteger();
    AgentKind stuck =
        new AgentKind(
            "test",
            "test",
            () -> {
              made.incrementAndGet();
              assertThat(go.join()).as("also where it is interrupted").isTrue();
              return new Scripted(PROFILE);
            });
    try (PlayedNode node = new PlayedNode(10, Duration.ofSeconds(1), stuck)) {
      String agentId = node.ask(new Spawn("test", null, null, "")).agentId();
      node.awaitLife(agentId, AgentLife.FAILING);
      assertThat(node.control(agentId, ControlAction.RESTART)).isEqualTo("starting");
      node.control(agentId, ControlAction.RESTART);
      assertThat(node.status(agentId).getString("reason"))
          .isEqualTo("its start before this one has not ended");
      assertThat(made).hasValue(1);
      go.complete(true);
      node.awaitLife(agentId, AgentLife.IDLE);
      assertThat(node.status(agentId).getString("reason")).isNull();
    }
  }

  @Test
  void anAgentRunsWithTheClassLoaderOfItsJarAsItsThreads() {
    ClassLoader own = new ClassLoader("jar", getClass().getClassLoader()) {};
    List<@Nullable ClassLoader> seen = new CopyOnWriteArrayList<>();
    class Looking extends Scripted {
      Looking() {
        super(PROFILE);
        seen.add(Thread.currentThread().getContextClassLoader());
      }

      @Override
      protected void onStart() {
        seen.add(Thread.currentThread().getContextClassLoader());
        vertx().setTimer(1, timer -> seen.add(Thread.currentThread().getContextClassLoader()));
      }

      @Override
      protected void onOutcome(Outcome in) {
        seen.add(Thread.currentThread().getContextClassLoader());
      }
    }
    AgentKind kind = new AgentKind("test", "test", own, Looking::new);
    try (PlayedNode node = new PlayedNode(10, Duration.ofSeconds(30), kind)) {
      node.deliver(node.spawn(), "look");
      eventually("it has looked", PlayedNode.PATIENCE, () -> seen.size() == 4);
      assertThat(seen).containsOnly(own);
    }
  }

  @Test
  void anAgentThatIsAboutATextNeedsAnEmbedder() {
    AgentProfile text = AgentProfile.of("test").about("pods that crash");
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(text))) {
      String agentId = node.ask(new Spawn("test", null, null, "")).agentId();
      node.awaitLife(agentId, AgentLife.FAILING);
      assertThat(node.status(agentId).getString("reason"))
          .contains("it could not start")
          .contains("no node of the mesh runs this role");
    }
  }

  @OnVirtualThread
  private static final class Waiting extends Scripted {
    private static final CountDownLatch GO = new CountDownLatch(1);

    Waiting() {
      super(PROFILE);
    }

    @Override
    protected void onOutcome(Outcome in) throws Exception {
      GO.await();
    }
  }

  @Test
  void anAgentOnAVirtualThreadMayWaitAndWhatFindsNoRoomMeanwhileIsCounted() {
    try (PlayedNode node = new PlayedNode(2, Waiting::new)) {
      String agentId = node.spawn();
      for (int i = 0; i < 6; i++) {
        node.deliver(agentId, "wait");
      }
      eventually(
          "some find no room", PlayedNode.PATIENCE, () -> node.count("starling.agents.drops") >= 3);
      Waiting.GO.countDown();
      eventually(
          "the others are heard",
          PlayedNode.PATIENCE,
          () ->
              node.status(agentId).getJsonObject("mcpMetrics").getInteger("messagesProcessed")
                  == 6 - node.count("starling.agents.drops"));
      assertThat(node.status(agentId).getJsonObject("health").getValue("cpu")).isNull();
    }
  }

  @Test
  void aStoppedAgentIsOfflineAndItsRegistrationIsTakenBack() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      String agentId = node.spawn();
      assertThat(node.control(agentId, ControlAction.STOP)).isEqualTo("offline");

      assertThat(node.lives(agentId).getLast()).isEqualTo(AgentLife.OFFLINE);
      assertThat(node.toGateway).contains(new Dismiss(agentId));
      assertThatThrownBy(() -> node.control(agentId, ControlAction.PAUSE))
          .hasMessageContaining("has left this node");
    }
  }

  @Test
  void anAgentWhoseIdSomebodyElseHasIsGivenUp() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      node.enrolment =
          enrol ->
              Future.failedFuture(
                  new RefusalException(ErrorCode.AGENT_ID_TAKEN, "taken elsewhere"));
      String agentId = node.ask(new Spawn("test", null, null, "")).agentId();
      node.awaitLife(agentId, AgentLife.OFFLINE);
      assertThat(node.status(agentId).getString("reason")).isEqualTo("taken elsewhere");
    }
  }

  @Test
  void anAgentThatIsStoppedWhileItIsRegisteredHasNotFailed() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      String agentId = node.spawn();
      Promise<Enrolled> answer = Promise.promise();
      node.enrolment = enrol -> answer.future();
      int before = node.toGateway.size();
      node.pauseLater(agentId);
      eventually(
          "it is being registered",
          PlayedNode.PATIENCE,
          () -> node.toGateway.stream().skip(before).anyMatch(Enrol.class::isInstance));
      assertThat(node.control(agentId, ControlAction.STOP)).isEqualTo("offline");
      answer.fail(new RefusalException(ErrorCode.NOT_REGISTERED, "taken back meanwhile"));

      node.enrolment = enrol -> Future.succeededFuture(new Enrolled(enrol.agentId(), 0.75));
      node.spawn();
      assertThat(node.status(agentId).getString("reason")).isEqualTo("it was stopped");
      assertThat(node.published("error")).isEmpty();
    }
  }

  @Test
  void whileRoutersAreAwayARegistrationIsTriedAgain() {
    try (PlayedNode node = new PlayedNode(10, () -> new Scripted(PROFILE))) {
      AtomicInteger tries = new AtomicInteger();
      var usual = node.enrolment;
      node.enrolment =
          enrol ->
              tries.incrementAndGet() < 3
                  ? Future.failedFuture(RefusalException.unavailable("router", "away"))
                  : usual.apply(enrol);
      String agentId = node.ask(new Spawn("test", null, null, "")).agentId();
      node.awaitLife(agentId, AgentLife.IDLE);
      assertThat(tries.get()).isGreaterThanOrEqualTo(3);
    }
  }
}
