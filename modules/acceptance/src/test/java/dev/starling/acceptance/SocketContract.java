/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.starling.testkit.QisClient;
import dev.starling.testkit.RawWebSocket;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the tests of the socket contract stand on: every message, reply, event, error, limit and
 * close code of the sockets, held to over real sockets to real processes. Each class is one
 * subject, and every case of it runs twice: against nodes that are alone, and against a mesh of
 * three, where the client is connected to one gateway and whoever else takes part to the others.
 * Cases leave settings under paths of their own and close every socket.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(Place.class)
@ExtendWith(SharedDoors.class)
abstract class SocketContract {
  static final Duration SOON = Duration.ofSeconds(20);

  /** Every path at which sockets are served; the last is the agents' port. */
  static final List<String> PATHS =
      List.of("/ws", "/ws/voice", "/ws/agents", "/ws/analytics", "/ws/qis", "/");

  @Parameter
  @SuppressWarnings("NullAway.Init")
  Place place;

  @SuppressWarnings("NullAway.Init")
  Doors doors;

  @SuppressWarnings("NullAway.Init")
  private Vertx vertx;

  private final List<AutoCloseable> sockets = new ArrayList<>();
  private boolean counted;

  static List<String> paths() {
    return PATHS;
  }

  @BeforeEach
  void enter(Doors shared, Vertx clients) {
    doors = shared;
    vertx = clients;
  }

  @AfterEach
  void closeSockets() throws Exception {
    for (AutoCloseable socket : sockets) {
      socket.close();
    }
    if (counted) {
      eventually("no socket is counted", SOON, () -> doors.addresses(Door.TIGHT) == 0);
    }
  }

  /**
   * For a case that takes seconds of waiting: in the short form it runs in the mesh alone, where
   * more can go wrong.
   */
  void waitsForSeconds() {
    assumeTrue(place == Place.MESH || Boolean.getBoolean("starling.long"));
  }

  <T extends AutoCloseable> T closedAfterwards(T socket) {
    sockets.add(socket);
    return socket;
  }

  /** The port of a path; what is opened there may count among the sockets of this address. */
  int port(Door door, String path) {
    counted |= door == Door.TIGHT;
    return doors.port(door, path);
  }

  /** A client at a path, which may have a query. */
  QisClient connect(Door door, String path) {
    return closedAfterwards(QisClient.connect(vertx, port(door, path), path));
  }

  /** The same, in words of the console. */
  FlowClient open(Door door, String path) {
    return new FlowClient(connect(door, path));
  }

  /** A console that is subscribed to nothing and may do what is usual. */
  FlowClient console(Door door) {
    FlowClient console = open(door, "/ws/voice?token=" + Tokens.of("somebody"));
    console.socket().next("authenticated");
    return console;
  }

  /** Consoles on every gateway of the mesh of {@code door}, that one's first. */
  List<FlowClient> observers(Door door, String... events) {
    return doors.meshOf(door).stream()
        .map(each -> {
          FlowClient observer = console(each);
          observer.subscribe(events);
          return observer;
        })
        .toList();
  }

  /** A peer made by hand at a path. */
  RawWebSocket raw(Door door, String path) {
    return closedAfterwards(RawWebSocket.connect(port(door, path), path));
  }

  /** A name that no other case has. */
  static String fresh(String what) {
    return what + "-" + UUID.randomUUID();
  }
}
