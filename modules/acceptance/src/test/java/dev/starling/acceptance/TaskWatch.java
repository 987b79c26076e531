/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.testkit.NodeProcess;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Somebody who watches tasks on a gateway's socket, and remembers how each was told to end. */
final class TaskWatch {
  /** Statuses that nothing comes after. */
  static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "timed_out");

  private final Map<String, List<JsonObject>> ends = new ConcurrentHashMap<>();
  private final AgentsSocket socket;

  /** Watches at a node from now on. */
  TaskWatch(Vertx vertx, NodeProcess node) {
    socket = AgentsSocket.at(vertx, node.httpPort(), this::hear);
  }

  private void hear(JsonObject message) {
    if ("task_progress".equals(message.getString("type"))
        && ENDS.contains(message.getString("status"))) {
      ends.computeIfAbsent(message.getString("taskId"), first -> new ArrayList<>()).add(message);
    }
  }

  /** Whether the gateway ended the socket. */
  boolean isClosed() {
    return socket.isClosed();
  }

  /** How many tasks it was told the end of. */
  int size() {
    return ends.size();
  }

  boolean hasAllOf(Set<String> tasks) {
    return ends.keySet().containsAll(tasks);
  }

  /** Each end that it was told, by the tasks' ids. */
  Map<String, List<JsonObject>> ends() {
    return Map.copyOf(ends);
  }
}
