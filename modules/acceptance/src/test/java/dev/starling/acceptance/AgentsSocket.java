/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import dev.starling.testkit.LocalMesh;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** A socket at which a gateway tells of agents and their tasks. */
final class AgentsSocket {
  /** Kept, since Vert.x closes a client that nobody refers to, and its sockets with it. */
  private final WebSocketClient client;

  private volatile boolean closed;

  private AgentsSocket(WebSocketClient client) {
    this.client = client;
  }

  /** Hears all messages from now on, on an event loop. */
  static AgentsSocket at(Vertx vertx, int httpPort, Consumer<JsonObject> hear) {
    AgentsSocket made = new AgentsSocket(vertx.createWebSocketClient());
    ClientWebSocket socket = made.client.webSocket();
    socket.textMessageHandler(text -> hear.accept(new JsonObject(text)));
    socket.closeHandler(ignored -> made.closed = true);
    WebSocketConnectOptions to =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(httpPort)
            .setURI("/ws/agents")
            .setAllowOriginHeader(false);
    LocalMesh.await(socket.connect(to));
    return made;
  }

  /** Whether the gateway ended it. */
  boolean isClosed() {
    return closed;
  }
}
