/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance.hostile;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A well-behaved session that keeps only what is meant for it. Blocks the calling thread. */
final class CalmSession {
  private static final int PATIENCE_SECONDS = 30;
  private static final int MOST_BYTES = 32 << 20;

  private final String path;

  /** Kept, since Vert.x closes a client that nobody refers to. */
  private final WebSocketClient client;

  private final WebSocket socket;
  private final BlockingQueue<JsonObject> mine = new LinkedBlockingQueue<>();

  private CalmSession(
      String path, WebSocketClient client, WebSocket socket, Predicate<JsonObject> isMine) {
    this.path = path;
    this.client = client;
    this.socket = socket;
    socket.textMessageHandler(text -> {
      JsonObject message = new JsonObject(text);
      if (isMine.test(message)) {
        mine.add(message);
      }
    });
  }

  /**
   * Connects to a path.
   *
   * @param isMine what is kept of what comes
   */
  static CalmSession open(Vertx vertx, int port, String path, Predicate<JsonObject> isMine)
      throws Exception {
    WebSocketClientOptions options =
        new WebSocketClientOptions().setMaxFrameSize(MOST_BYTES).setMaxMessageSize(MOST_BYTES);
    WebSocketClient client = vertx.createWebSocketClient(options);
    WebSocket socket =
        client
            .connect(port, "127.0.0.1", path)
            .toCompletionStage()
            .toCompletableFuture()
            .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    return new CalmSession(path, client, socket, isMine);
  }

  void send(JsonObject message) {
    socket.writeTextMessage(message.encode());
  }

  /** The next message that is kept. */
  JsonObject next() throws InterruptedException {
    JsonObject next = mine.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError(
          "nothing came on "
              + path
              + (isClosed() ? ", which closed with " + socket.closeStatusCode() : ""));
    }
    return next;
  }

  /** The next message that is kept, which must be of a type. */
  JsonObject next(String type) throws InterruptedException {
    JsonObject next = next();
    if (!type.equals(next.getString("type"))) {
      throw new AssertionError("instead of " + type + " came " + next + " on " + path);
    }
    return next;
  }

  void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }

  boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public String toString() {
    return path + (isClosed() ? ", closed with " + socket.closeStatusCode() : "");
  }

  /** What was kept and not asked for. */
  @Nullable JsonObject unasked() {
    return mine.peek();
  }
}
