/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Clients that register by a text each and emit outcomes about it, all together at a fixed rate,
 * whatever the node does. Two of them share a text, so that there are two sources of each topic.
 */
final class Emitters implements AutoCloseable {
  private static final int PER_TEXT = 2;
  private static final int TICK_MILLIS = 10;
  private static final int MOST_BYTES = 4 << 20;
  private static final double NANOS_PER_SECOND = 1e9;
  private static final long PATIENCE_SECONDS = 30;
  private static final long SEED = 5;

  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient client =
      vertx.createWebSocketClient(
          new WebSocketClientOptions().setMaxFrameSize(MOST_BYTES).setMaxMessageSize(MOST_BYTES));
  private final List<Emitter> emitters = new ArrayList<>();
  private final Random random = new Random(SEED);
  private final AtomicReference<String> fault = new AtomicReference<>("");
  private long begin;
  private long emitted;

  private record Emitter(WebSocket socket, String text) {}

  /** Connects and registers clients for each of the texts. */
  void join(URI agents, List<String> texts) throws IOException {
    for (int i = 0; i < PER_TEXT * texts.size(); i++) {
      String text = texts.get(i % texts.size());
      emitters.add(await(join(agents, "emitter-" + i, text)));
    }
  }

  private Future<Emitter> join(URI agents, String agentId, String text) {
    return client
        .connect(
            new WebSocketConnectOptions()
                .setHost(agents.getHost())
                .setPort(agents.getPort())
                .setURI("/"))
        .compose(socket ->
            Future.future(registered -> {
              socket.textMessageHandler(message -> {
                if (message.contains("\"type\":\"registered\"")) {
                  registered.tryComplete(new Emitter(socket, text));
                } else if (message.contains("\"error\"") && !message.contains("\"packet\"")) {
                  registered.tryFail(message);
                  fault.set(message);
                }
              });
              socket.closeHandler(closed -> fault.compareAndSet("", agentId + " was closed"));
              JsonObject register =
                  JsonObject.of("type", "register", "agent_id", agentId, "profile", text);
              socket.writeTextMessage(register.encode());
            }));
  }

  /** Emits so many outcomes a second, of all clients together, until this is closed. */
  void emit(int rate) {
    vertx.runOnContext(turn -> {
      begin = System.nanoTime();
      vertx.setPeriodic(TICK_MILLIS, timer -> due(rate));
    });
  }

  private void due(int rate) {
    long due = (long) ((System.nanoTime() - begin) / NANOS_PER_SECOND * rate);
    while (emitted < due) {
      Emitter next = emitters.get((int) (emitted % emitters.size()));
      emitted++;
      JsonObject payload =
          JsonObject.of("text", next.text() + ". It was seen " + emitted + " times.");
      JsonObject packet = JsonObject.of("confidence", random.nextDouble(), "payload", payload);
      next.socket()
          .writeTextMessage(JsonObject.of("type", "outcome", "packet", packet).encode())
          .onFailure(failure -> fault.compareAndSet("", String.valueOf(failure.getMessage())));
    }
  }

  /** Throws what went wrong at any of the clients, if anything did. */
  void check() throws IOException {
    if (!fault.get().isEmpty()) {
      throw new IOException("a client that emits: " + fault.get());
    }
  }

  private static <T> T await(Future<T> future) throws IOException {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      throw new IOException("a client that emits could not register", e.getCause());
    }
  }

  @Override
  public void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
