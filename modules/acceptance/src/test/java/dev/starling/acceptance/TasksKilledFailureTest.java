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

  @TempDir private Path folder;
  private final Vertx vertx = Vertx.vertx();
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
    spawn(agents);
    List<TaskWatch> watches = survivors.stream().map(node -> TaskWatch.at(vertx, node)).toList();
    long began = System.nanoTime();
    try (ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> submitting = submit(connections, survivors, tasks);
      eventually("a third is done", WORK, () -> watches.getFirst().size() > tasks / 3);
      dying.kill();
      for (Future<?> one : submitting) {
        one.get();
      }
    }
    for (int i = 0; i < survivors.size(); i++) {
      awaitEnds(survivors.get(i), watches.get(i));
    }
    report(tasks, System.nanoTime() - began);
    assertThat(taken).hasSize(tasks);
    for (int i = 0; i < survivors.size(); i++) {
      assertEachEndedOnce(survivors.get(i), watches.get(i));
    }
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

  private void spawn(int agents) {
    for (int i = 0; i < agents; i++) {
      NodeProcess.Answer answer =
          nodes.get(i % nodes.size()).post("/api/agents", "{\"kind\": \"word-count\"}");
      assertThat(answer.status()).as(answer.body()).isEqualTo(201);
    }
    eventually(
        "every agent is idle",
        PATIENCE,
        () ->
            ThreeNodes.objects(
                        nodes
                            .getFirst()
                            .get("/api/agents?limit=1000&kind=word-count&status=idle")
                            .json()
                            .getJsonArray("agents"))
                    .size()
                == agents);
  }

  /** Several connections to each of these nodes, each with one question at a time. */
  private List<Future<?>> submit(ExecutorService connections, List<NodeProcess> at, int tasks) {
    AtomicInteger next = new AtomicInteger();
    List<Future<?>> submitting = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      NodeProcess node = at.get(i % at.size());
      submitting.add(
          connections.submit(() -> {
            for (int n = next.getAndIncrement(); n < tasks; n = next.getAndIncrement()) {
              submit(node, n);
            }
          }));
    }
    return submitting;
  }

  /** Asked again while nobody keeps tasks. */
  private void submit(NodeProcess node, int number) {
    String body =
        new JsonObject()
            .put("description", "count these words of " + number)
            .put(
                number % 2 == 0 ? "kind" : "capability",
                number % 2 == 0 ? "word-count" : "counting")
            .encode();
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

  /** By what was told at this node, and by what it lists. */
  private void assertEachEndedOnce(NodeProcess node, TaskWatch watch) {
    Map<String, String> listed = new HashMap<>();
    list(node)
        .forEach(task -> {
          String status = task.getString("status");
          listed.put(task.getString("taskId"), status);
          assertThat(status).as(task.encode()).isIn("completed", "failed");
          if (status.equals("completed")) {
            assertThat(task.getJsonObject("result").getInteger("words")).isEqualTo(5);
          } else {
            assertThat(task.getString("reason")).as(task.encode()).isNotBlank();
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
    Map<String, Long> ends =
        list(nodes.stream().filter(NodeProcess::isAlive).findFirst().orElseThrow()).stream()
            .collect(Collectors.groupingBy(one -> one.getString("status"), Collectors.counting()));
    Measured.note(
        "%d tasks with a node lost in the middle took %.1f s, %.0f a second: %s"
            .formatted(tasks, nanos / 1e9, tasks * 1e9 / nanos, ends));
  }
}
