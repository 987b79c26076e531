/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.AgentJar;
import dev.starling.testkit.NodeProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of agents on three nodes, one of which ends without a word ({@code kill -9}). */
class TasksKilledFailureTest {
  private static final int CONNECTIONS = 24;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration WORK = Duration.ofMinutes(4);

  /** Of work that is surely not done yet when the node of who does it is killed. */
  private static final int LONG_MILLIS = 4_000;

  /** What a task may fail with that agents were lost with, time and again. */
  private static final String SPENT =
      "tried 3 times, the last by \\S+: its agent"
          + " (left the mesh|did not answer|moved to another node)";

  private static final Set<String> HELD = Set.of("assigned", "progressing");
  private static final double MOSTLY = 0.99;

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private List<NodeProcess> nodes = List.of();

  @BeforeEach
  void start() throws Exception {
    AgentJar.single(WordCount.class, folder);
    nodes =
        NodeProcess.mesh(
            3,
            "--roles",
            "gateway,router,settings,agents,tasks",
            "--agents-dir",
            folder.toString(),
            "--set",
            "limits.web.requests-per-minute=1000000",
            "--set",
            "limits.web.connections-per-address=1000");
  }

  @AfterEach
  void stop() {
    nodes.forEach(NodeProcess::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void everyTaskEndsOnceThoughTheNodeThatKeepsThemIsLost() throws Exception {
    NodeProcess keeper = keeper();
    lose(keeper, 24, 1_000);
  }

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void everyOfTenThousandEndsOnceThoughTheNodeThatKeepsThemIsLost() throws Exception {
    lose(keeper(), 100, 10_000);
  }

  @Test
  @EnabledIfSystemProperty(named = "starling.long", matches = "true")
  void everyOfTenThousandEndsOnceThoughANodeWithAgentsIsLost() throws Exception {
    NodeProcess keeper = keeper();
    NodeProcess other =
        nodes.stream().filter(node -> !node.equals(keeper)).findFirst().orElseThrow();
    lose(other, 100, 10_000);
  }

  /** The node that keeps the tasks. */
  private NodeProcess keeper() {
    List<NodeProcess> found = new ArrayList<>();
    eventually(
        "a node keeps the tasks",
        PATIENCE,
        () -> {
          String leader = leaderOfTasks(nodes.getFirst().get("/api/mesh").json());
          nodes.stream()
              .filter(node -> node.get("/api/mesh").json().getString("node").equals(leader))
              .forEach(found::add);
          return !found.isEmpty();
        });
    return found.getFirst();
  }

  private static String leaderOfTasks(JsonObject mesh) {
    return mesh.getJsonObject("leaders").getJsonObject("tasks").getString("node");
  }

  private void lose(NodeProcess dying, int agents, int tasks) throws Exception {
    List<NodeProcess> survivors = nodes.stream().filter(node -> !node.equals(dying)).toList();
    Set<String> lost = agentsOf(dying, spawn(agents));
    assertThat(lost).hasSizeBetween(1, agents - 2);
    List<TaskWatch> watches = survivors.stream().map(node -> new TaskWatch(vertx, node)).toList();
    long began = System.nanoTime();
    long killed;
    List<String> held;
    try (ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> submitting = submit(connections, survivors, tasks);
      try {
        eventually("a third is done", WORK, () -> watches.getFirst().size() > tasks / 3);
        held = giveLongWork(survivors.getFirst(), agents, lost);
      } finally {
        goOn.countDown();
      }
      dying.kill();
      killed = System.currentTimeMillis();
      for (Future<?> one : submitting) {
        one.get();
      }
    }
    for (int i = 0; i < survivors.size(); i++) {
      awaitEnds(survivors.get(i), watches.get(i));
    }
    report(tasks, System.nanoTime() - began);
    assertThat(taken).hasSize(tasks + agents);
    for (int i = 0; i < survivors.size(); i++) {
      List<JsonObject> listed = list(survivors.get(i));
      assertEachEndedOnce(listed, watches.get(i));
      assertDoneByOthers(listed, held, lost);
      assertWentOn(listed, killed);
    }
  }

  /** Of these agents, those that live on one node; every node has some. */
  private Set<String> agentsOf(NodeProcess node, List<JsonObject> agents) {
    Map<String, Set<String>> byNode =
        agents.stream()
            .collect(
                Collectors.groupingBy(
                    one -> one.getString("gateway"),
                    Collectors.mapping(one -> one.getString("agent_id"), Collectors.toSet())));
    assertThat(byNode).hasSize(nodes.size());
    return byNode.getOrDefault(node.get("/api/mesh").json().getString("node"), Set.of());
  }

  /**
   * Has agents do what takes them a while.
   *
   * @param some agents, of which at least one is to be at such work
   * @return the tasks that these have
   */
  private List<String> giveLongWork(NodeProcess node, int tasks, Set<String> some) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      JsonObject request = request(i).put("input", JsonObject.of("millis", LONG_MILLIS));
      NodeProcess.Answer answer = node.post("/api/tasks", request.encode());
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
      all.add(answer.json().getString("taskId"));
    }
    taken.addAll(all);
    List<String> theirs = new ArrayList<>();
    eventually(
        "agents of the node that is to be lost have such work",
        PATIENCE,
        () -> {
          theirs.clear();
          for (String taskId : all) {
            JsonObject task = node.get("/api/tasks/" + taskId).json();
            if (HELD.contains(task.getString("status"))
                && some.contains(task.getString("agentId"))) {
              theirs.add(taskId);
            }
          }
          return !theirs.isEmpty();
        });
    return theirs;
  }

  /** Waits until a gateway told how every task ended, or says how those are that it did not. */
  private void awaitEnds(NodeProcess node, TaskWatch watch) {
    try {
      eventually(
          "every task was told to have ended",
          WORK,
          () -> watch.isClosed() || watch.hasAllOf(taken));
      assertThat(watch.isClosed()).as("the gateway's socket is closed").isFalse();
    } catch (AssertionError late) {
      List<String> untold =
          list(node).stream()
              .filter(task -> taken.contains(task.getString("taskId")))
              .filter(task -> !watch.ends().containsKey(task.getString("taskId")))
              .map(JsonObject::encode)
              .toList();
      throw new AssertionError(
          "%d of them are listed, such as %s"
              .formatted(untold.size(), untold.stream().limit(3).toList()),
          late);
    }
  }

  private List<JsonObject> spawn(int agents) {
    for (int i = 0; i < agents; i++) {
      NodeProcess.Answer answer =
          nodes.get(i % nodes.size()).post("/api/agents", "{\"kind\": \"word-count\"}");
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }
    eventually("every agent is idle", PATIENCE, () -> idle().size() == agents);
    return idle();
  }

  private List<JsonObject> idle() {
    String path = "/api/agents?limit=1000&kind=word-count&status=idle";
    return ThreeNodes.objects(nodes.getFirst().get(path).json().getJsonArray("agents"));
  }

  /**
   * Several connections to each of these nodes, each with one question at a time. The second half
   * of them is asked when the other node is killed and afterwards.
   */
  private List<Future<?>> submit(ExecutorService connections, List<NodeProcess> at, int tasks) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> submitting = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      NodeProcess node = at.get(i % at.size());
      submitting.add(
          connections.submit(() -> {
            for (int n = next.getAndIncrement(); n < tasks; n = next.getAndIncrement()) {
              if (n >= tasks / 2) {
                goOn.await();
              }
              submit(node, n);
            }
            return null;
          }));
    }
    return submitting;
  }

  /** Asked again while nobody keeps tasks. */
  private void submit(NodeProcess node, int number) {
    String body = request(number).encode();
    eventually(
        "task %d is taken".formatted(number),
        PATIENCE,
        () -> {
          NodeProcess.Answer answer = node.post("/api/tasks", body);
          if (answer.status() == 201) {
            taken.add(answer.json().getString("taskId"));
            return true;
          }
          assertThat(answer.status()).as(answer.body()).isIn(503, 504);
          return false;
        });
  }

  private static JsonObject request(int number) {
    return JsonObject.of(
        "description",
        "count these words of " + number,
        number % 2 == 0 ? "kind" : "capability",
        number % 2 == 0 ? "word-count" : "counting");
  }

  /** By what was told at a node, and by what it lists. */
  private void assertEachEndedOnce(List<JsonObject> tasks, TaskWatch watch) {
    Map<String, String> listed = new HashMap<>();
    tasks.forEach(task -> {
      String status = task.getString("status");
      assertThat(listed.put(task.getString("taskId"), status)).as(task.encode()).isNull();
      assertThat(status).as(task.encode()).isIn("completed", "failed");
      if (status.equals("completed")) {
        assertThat(task.getJsonObject("result").getInteger("words")).isEqualTo(5);
      } else {
        assertThat(task.getString("reason")).as(task.encode()).matches(SPENT);
      }
    });
    assertThat(listed.keySet()).containsAll(taken);
    assertThat(watch.ends().keySet()).isEqualTo(listed.keySet());
    watch
        .ends()
        .forEach((taskId, ends) -> {
          assertThat(ends).as(taskId).hasSize(1);
          assertThat(ends.getFirst().getString("status")).as(taskId).isEqualTo(listed.get(taskId));
        });
  }

  /** What agents had that were lost with their node was done all the same, by others. */
  private static void assertDoneByOthers(
      List<JsonObject> listed, List<String> held, Set<String> lost) {
    List<JsonObject> again =
        listed.stream().filter(task -> held.contains(task.getString("taskId"))).toList();
    assertThat(again).hasSameSizeAs(held).isNotEmpty();
    for (JsonObject task : again) {
      assertThat(task.getString("status")).as(task.encode()).isEqualTo("completed");
      assertThat(task.getInteger("attempt")).as(task.encode()).isGreaterThan(1);
      assertThat(task.getString("agentId")).as(task.encode()).isNotIn(lost);
    }
  }

  /** Nearly all was done, among it what was asked for when the node was gone. */
  private static void assertWentOn(List<JsonObject> listed, long killed) {
    List<Long> done =
        listed.stream()
            .filter(task -> task.getString("status").equals("completed"))
            .map(task -> task.getLong("created"))
            .toList();
    assertThat(done.size()).isGreaterThanOrEqualTo((int) (listed.size() * MOSTLY));
    assertThat(done.stream().filter(created -> created > killed).count())
        .isGreaterThan(listed.size() / 10);
  }

  private static List<JsonObject> list(NodeProcess node) {
    List<JsonObject> all = new ArrayList<>();
    for (String after = ""; after != null; ) {
      JsonObject page = node.get("/api/tasks?limit=1000&after=" + after).json();
      all.addAll(ThreeNodes.objects(page.getJsonArray("tasks")));
      after = page.getString("next");
    }
    return all;
  }

  private void report(int tasks, long nanos) {
    List<JsonObject> all =
        list(nodes.stream().filter(NodeProcess::isAlive).findFirst().orElseThrow());
    Map<String, Long> ends =
        all.stream()
            .collect(Collectors.groupingBy(one -> one.getString("status"), Collectors.counting()));
    long again = all.stream().filter(one -> one.getInteger("attempt") > 1).count();
    Measured.note(
        "%d tasks with a node lost in the middle took %.1f s, %.0f a second: %s, %d tried again"
            .formatted(tasks, nanos / 1e9, tasks * 1e9 / nanos, ends, again));
  }
}
