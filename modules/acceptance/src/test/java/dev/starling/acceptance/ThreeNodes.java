/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One mesh of three nodes, each in a JVM of its own, and the clients that a test opened on it. */
final class ThreeNodes implements AutoCloseable {
  static final int SIZE = 3;

  /** States of a role that does all it has to do. */
  static final Set<String> READY = Set.of("serving", "standby");

  private static final long LOOK_NANOS = 50_000_000;
  private static final Duration WHOLE = Duration.ofSeconds(60);

  /**
   * Room for more agents on one node than one address usually may have, and a mesh that soon takes
   * back who was dropped.
   */
  private static final String[] CROWDS = {
    "--set", "limits.agent.connections-per-address=10000", "--set", "cluster.merge-delay=1s"
  };

  private static final Duration EMPTY = Duration.ofSeconds(20);

  private final Vertx vertx = Vertx.vertx();
  private final List<Integer> ports = FreePorts.some(SIZE);
  private final List<NodeProcess> nodes = new ArrayList<>();
  private final List<QisClient> clients = new ArrayList<>();

  /** Starts the first {@code running} of the nodes and waits until they are ready. */
  ThreeNodes(int running) {
    for (int i = 0; i < running; i++) {
      nodes.add(NodeProcess.member(ports.get(i), ports, CROWDS));
    }
    nodes.forEach(NodeProcess::awaitReady);
  }

  /** Starts all of them and waits until each sees all. */
  ThreeNodes() {
    this(SIZE);
    awaitWhole(WHOLE);
  }

  /** Starts the next node, or one in the place of a node that ended; does not wait. */
  NodeProcess start(int place, String... arguments) {
    NodeProcess node = NodeProcess.member(ports.get(place), ports, arguments);
    if (place == nodes.size()) {
      nodes.add(node);
    } else {
      nodes.set(place, node).close();
    }
    return node;
  }

  NodeProcess node(int place) {
    return nodes.get(place);
  }

  Vertx vertx() {
    return vertx;
  }

  /** A client on a node's agent port, closed with the test. */
  QisClient connect(int place) {
    QisClient client = QisClient.connect(vertx, nodes.get(place).agentPort(), "/");
    synchronized (clients) {
      clients.add(client);
    }
    return client;
  }

  /** A console that hears who comes and goes. */
  QisClient watcher(int place) {
    QisClient console = QisClient.connect(vertx, nodes.get(place).httpPort(), "/ws");
    synchronized (clients) {
      clients.add(console);
    }
    return console.settle();
  }

  /** Waits until a console hears that an agent came or went. */
  static JsonObject presence(QisClient console, String event, String agentId) {
    return console.next(
        one ->
            event.equals(one.getString("event"))
                && agentId.equals(one.getJsonObject("data").getString("agentId")),
        event + " of " + agentId);
  }

  /** A client that is registered. */
  QisClient agent(int place, String agentId, double... fingerprint) {
    QisClient client = connect(place);
    client.register(agentId, fingerprint);
    return client;
  }

  /** How many nodes a node sees, itself among them. */
  int seenBy(int place) {
    return mesh(place).getJsonArray("nodes").size();
  }

  /** What a node says of the mesh. */
  JsonObject mesh(int place) {
    return nodes.get(place).get("/api/mesh").json();
  }

  /** The agents of the whole mesh, by a node's count. */
  int countedBy(int place) {
    return mesh(place).getJsonObject("totals").getInteger("agents");
  }

  /**
   * Waits until {@code condition} holds. It is looked at often and by several at a time, since a
   * look may take as long as the node waits for another one that is dead.
   */
  static Duration soon(String what, Duration patience, Callable<Boolean> condition) {
    AtomicBoolean holds = new AtomicBoolean();
    AtomicLong looked = new AtomicLong(System.nanoTime() - LOOK_NANOS);
    return eventually(
        what,
        patience,
        () -> {
          if (System.nanoTime() - looked.get() >= LOOK_NANOS) {
            looked.set(System.nanoTime());
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    if (condition.call()) {
                      holds.set(true);
                    }
                  } catch (Exception e) {
                    Measured.note(what + ": " + e);
                  }
                });
          }
          return holds.get();
        });
  }

  /** Waits until every node sees all and each role of each is ready. */
  Duration awaitWhole(Duration patience) {
    return eventually(
        "every node sees all nodes serving",
        patience,
        () -> IntStream.range(0, SIZE).allMatch(this::isWhole));
  }

  private boolean isWhole(int place) {
    JsonArray seen = mesh(place).getJsonArray("nodes");
    return nodes.get(place).get("/health/ready").status() == 200
        && seen.size() == SIZE
        && objects(seen).stream()
            .flatMap(node -> objects(node.getJsonArray("roles")).stream())
            .allMatch(role -> READY.contains(role.getString("state")));
  }

  /** The ids that a node lists under {@code GET /api/agents}, in its order. */
  List<String> agentsListedBy(int place) {
    JsonArray agents =
        nodes.get(place).get("/api/agents?limit=10000").json().getJsonArray("agents");
    return objects(agents).stream().map(agent -> agent.getString("agent_id")).toList();
  }

  /** Closes every client and waits until no router of the mesh holds an agent. */
  void leaveEmpty() {
    List<QisClient> all;
    synchronized (clients) {
      all = List.copyOf(clients);
      clients.clear();
    }
    all.forEach(QisClient::close);
    eventually(
        "no router holds an agent",
        EMPTY,
        () ->
            IntStream.range(0, nodes.size())
                .filter(place -> nodes.get(place).isAlive())
                .allMatch(place -> countedBy(place) == 0));
  }

  static List<JsonObject> objects(JsonArray array) {
    return array.stream().map(JsonObject.class::cast).toList();
  }

  static List<String> strings(JsonArray array) {
    return array.stream().map(String.class::cast).collect(Collectors.toList());
  }

  /** The agents that an ack or a query's result names, in its order. */
  static List<String> named(JsonObject reply) {
    return "query_result".equals(reply.getString("type"))
        ? objects(reply.getJsonArray("agents")).stream()
            .map(agent -> agent.getString("agent_id"))
            .toList()
        : strings(reply.getJsonArray("routed_to"));
  }

  @Override
  public void close() {
    nodes.forEach(NodeProcess::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
