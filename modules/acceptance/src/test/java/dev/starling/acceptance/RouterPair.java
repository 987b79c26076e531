/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.testkit.FreePorts;
import dev.starling.testkit.NodeProcess;
import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A gateway without a router of its own and the two routers that it may choose from, each in a JVM
 * of its own, and the clients that a test opened on the gateway.
 */
final class RouterPair implements AutoCloseable {
  private static final int GATEWAY = 2;

  /** The nodes' cluster ports, and the port of the gateway's bus. */
  private final List<Integer> ports = FreePorts.some(4);

  private final Vertx vertx = Vertx.vertx();
  private final List<QisClient> clients = new ArrayList<>();
  private final NodeProcess one;
  private final NodeProcess two;
  private final NodeProcess gateway;

  private RouterPair(String gatewayHost) {
    one = NodeProcess.member(ports.get(0), members(), "--roles", "router");
    two = NodeProcess.member(ports.get(1), members(), "--roles", "router");
    gateway = gateway(gatewayHost);
    nodes().forEach(NodeProcess::awaitReady);
  }

  /** Starts them and waits until they are ready. */
  static RouterPair near() {
    return new RouterPair("127.0.0.1");
  }

  /**
   * Starts them with a long way from the routers to the gateway, so that its pace tells how many
   * outcomes it has on the way at a time, rather than how busy the machine is.
   */
  static RouterPair far() {
    return new RouterPair(LongLine.HOST);
  }

  private NodeProcess gateway(String host) {
    List<Integer> own = ports.subList(GATEWAY, ports.size());
    if (host.equals(LongLine.HOST)) {
      new LongLine(vertx).serve(own);
    }
    return NodeProcess.member(
        ports.get(GATEWAY),
        members(),
        "--roles",
        "gateway",
        "--bus-port",
        Integer.toString(ports.getLast()),
        "--cluster-public-host",
        host);
  }

  private List<Integer> members() {
    return ports.subList(0, ports.size() - 1);
  }

  private List<NodeProcess> nodes() {
    return List.of(one, two, gateway);
  }

  /** A registered client of the gateway's, closed with the test. */
  QisClient agent(String agentId, double... fingerprint) {
    QisClient client = QisClient.connect(vertx, gateway.agentPort(), "/");
    clients.add(client);
    client.register(agentId, fingerprint);
    return client;
  }

  /**
   * Another such client, whose outcomes match a fingerprint of (1, 0).
   *
   * @param hasOwnId whether an outcome of this number has an id of the client's
   */
  NumberedEmitter emitter(String agentId, IntPredicate hasOwnId) {
    return new NumberedEmitter(agent(agentId, 0, 1), agentId, hasOwnId);
  }

  /**
   * Such a client that keeps so many outcomes under way, every other one with an id of its own; it
   * has done so for long enough that its pace is steady.
   */
  NumberedEmitter pipeline(String agentId, int underWay) {
    return emitter(agentId, number -> number % 2 == 0).keepUnderWay(underWay).awaitMore(1_000);
  }

  /**
   * The router that the gateway chooses now. What each of them took before says nothing, since a
   * gateway may have met one of the two first.
   *
   * @param routing has an outcome routed and waits until it is
   */
  NodeProcess chosen(Runnable routing) {
    return isChosen(one, routing) ? one : two;
  }

  /** The other router. */
  NodeProcess otherThan(NodeProcess router) {
    return router == one ? two : one;
  }

  /** Whether the router takes what {@code routing} has routed. */
  static boolean isChosen(NodeProcess router, Runnable routing) {
    double before = routedBy(router);
    routing.run();
    return routedBy(router) > before;
  }

  /** How many outcomes a router took. */
  private static double routedBy(NodeProcess router) {
    return router
        .get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("starling_router_outcomes_total"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  @Override
  public void close() {
    clients.forEach(QisClient::close);
    nodes().forEach(NodeProcess::close);
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
