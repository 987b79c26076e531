/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static dev.starling.testkit.Eventually.eventually;

import dev.starling.testkit.QisClient;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Many agents on sockets of their own, which only register and listen. */
final class Crowd implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int AT_ONCE = 100;

  private final WebSocketClient client;
  private final AtomicInteger registered = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();

  /**
   * Connects and registers agents and waits until all are registered.
   *
   * @param ports where, one after the other in turn
   * @param fingerprint of the agent of a number
   */
  Crowd(
      Vertx vertx,
      List<Integer> ports,
      int size,
      IntFunction<String> id,
      IntFunction<double[]> fingerprint) {
    client = vertx.createWebSocketClient(new WebSocketClientOptions().setMaxConnections(size + 1));
    List<Integer> begun = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      JsonObject register =
          new JsonObject()
              .put("type", "register")
              .put("agent_id", id.apply(i))
              .put("fingerprint", QisClient.array(fingerprint.apply(i)));
      begun.add(i);
      connect(ports.get(i % ports.size()), register.encode());
      eventually(
          "not too many are under way",
          PATIENCE,
          () -> begun.size() - registered.get() - failed.get() < AT_ONCE);
    }
    eventually("all are registered", PATIENCE, () -> registered.get() == size);
  }

  private void connect(int port, String register) {
    client
        .connect(port, "127.0.0.1", "/")
        .onSuccess(socket -> {
          socket.textMessageHandler(text -> {
            if (text.contains("\"registered\"")) {
              registered.incrementAndGet();
            }
          });
          socket.writeTextMessage(register).onFailure(failure -> failed.incrementAndGet());
        })
        .onFailure(failure -> {
          Measured.note("an agent could not connect: " + failure);
          failed.incrementAndGet();
        });
  }

  /** How many are registered. */
  int size() {
    return registered.get();
  }

  @Override
  public void close() {
    client.close().toCompletionStage().toCompletableFuture().join();
  }
}
