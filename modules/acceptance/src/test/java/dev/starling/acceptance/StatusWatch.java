/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who watches how agents are on a gateway's socket, and remembers of each all that it was
 * told, in order; what only repeats a status is not told twice. It is one thread that waits.
 */
final class StatusWatch {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * A gateway tells ten in any second at once, and of more the latest of each agent. So few leave
   * room for what is on its way besides.
   */
  private static final int ROOM = 2;

  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Map<String, List<JsonObject>> told = new ConcurrentHashMap<>();
  private final Map<String, Integer> taken = new ConcurrentHashMap<>();
  private final Queue<String> left = new ConcurrentLinkedQueue<>();
  private final Queue<Long> lately = new ConcurrentLinkedQueue<>();

  private final AgentsSocket socket;

  /** Watches at the node with this port from now on. */
  StatusWatch(Vertx vertx, int httpPort) {
    socket = AgentsSocket.at(vertx, httpPort, this::hear);
  }

  private void hear(JsonObject message) {
    if ("agent_left".equals(message.getString("event"))) {
      left.add(message.getJsonObject("data").getString("agentId"));
    } else if ("agent_status".equals(message.getString("type"))) {
      lately.add(System.nanoTime());
      List<JsonObject> of =
          told.computeIfAbsent(message.getString("agentId"), first -> new CopyOnWriteArrayList<>());
      if (of.isEmpty() || !status(of.getLast()).equals(status(message))) {
        of.add(message);
      }
    }
  }

  private static String status(JsonObject message) {
    return message.getString("status");
  }

  /** Waits for the next status of an agent, which must be this one. */
  JsonObject becomes(String agentId, String status) {
    assertThat(socket.isClosed()).as("the gateway ended the socket").isFalse();
    int place = taken.merge(agentId, 1, Integer::sum) - 1;
    eventually(
        "%s is told as %s, after %s".formatted(agentId, status, statuses(agentId)),
        PATIENCE,
        () -> statuses(agentId).size() > place);
    assertThat(statuses(agentId).get(place))
        .as("%s was %s", agentId, statuses(agentId))
        .isEqualTo(status);
    return told.getOrDefault(agentId, List.of()).get(place);
  }

  /** Waits until it is told that an agent left. */
  void leaves(String agentId) {
    eventually(agentId + " left", PATIENCE, () -> left.contains(agentId));
  }

  /** All that an agent was told to be, in order. */
  List<String> statuses(String agentId) {
    return told.getOrDefault(agentId, List.of()).stream().map(StatusWatch::status).toList();
  }

  /** Waits until the next few changes are told one by one, however soon they follow each other. */
  void awaitRoom() {
    eventually(
        "few were told lately",
        PATIENCE,
        () -> {
          long now = System.nanoTime();
          lately.removeIf(one -> now - one > SECOND_NANOS);
          return lately.size() <= ROOM;
        });
  }
}
