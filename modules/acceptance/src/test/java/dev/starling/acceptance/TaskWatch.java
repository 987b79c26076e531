/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.NodeProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Somebody who watches tasks on a gateway's socket, and remembers how each was told to end. */
final class TaskWatch {
  /** Statuses that nothing comes after. */
  static final Set<String> ENDS = Set.of("completed", "failed", "cancelled", "timed_out");

  private final Map<String, List<JsonObject>> ends = new ConcurrentHashMap<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Kept, since Vert.x closes a client that nobody refers to, and its sockets with it. */
  private final WebSocketClient client;

  private TaskWatch(WebSocketClient client) {
    this.client = client;
  }

  /** Watches at a node from now on. */
  static TaskWatch at(Vertx vertx, NodeProcess node) {
    TaskWatch watch = new TaskWatch(vertx.createWebSocketClient());
    ClientWebSocket socket = watch.client.webSocket();
    socket.textMessageHandler(watch::hear);
    socket.closeHandler(ignored -> watch.closed.set(true));
    WebSocketConnectOptions to =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(node.httpPort())
            .setURI("/ws/agents")
            .setAllowOriginHeader(false);
    LocalMesh.await(socket.connect(to));
    return watch;
  }

  private void hear(String text) {
    JsonObject message = new JsonObject(text);
    if ("task_progress".equals(message.getString("type"))
        && ENDS.contains(message.getString("status"))) {
      ends.computeIfAbsent(message.getString("taskId"), first -> new ArrayList<>()).add(message);
    }
  }

  /** Whether the gateway ended the socket. */
  boolean isClosed() {
    return closed.get();
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
