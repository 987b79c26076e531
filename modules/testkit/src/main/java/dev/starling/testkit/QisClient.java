/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.testkit;

import io.vertx.core.Vertx;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * An agent on a real WebSocket, driven step by step. Methods block the calling test thread and fail
 * when what they wait for does not come in time.
 */
public final class QisClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MOST_KEPT = 1_000_000;
  private static final int MOST_TEXTS = 100;

  private final WebSocket socket;
  private final WebSocketClient client;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final List<JsonObject> received = new ArrayList<>();
  private final Deque<String> texts = new ArrayDeque<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();

  private QisClient(WebSocketClient client, WebSocket socket) {
    this.client = client;
    this.socket = socket;
    socket.textMessageHandler(this::keep);
    socket.closeHandler(ignored -> {
      Short code = socket.closeStatusCode();
      closed.complete(code == null ? 1006 : (int) code);
    });
  }

  /** Connects to {@code path} on a port of this machine. */
  public static QisClient connect(Vertx vertx, int port, String path) {
    WebSocketClient client =
        vertx.createWebSocketClient(
            new WebSocketClientOptions().setMaxFrameSize(32 << 20).setMaxMessageSize(32 << 20));
    WebSocketConnectOptions to =
        new WebSocketConnectOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setURI(path)
            .setAllowOriginHeader(false);
    ClientWebSocket socket = client.webSocket();
    // Hears from the first moment on: the mesh may speak as soon as the socket is open.
    QisClient hearing = new QisClient(client, socket);
    get(socket.connect(to).toCompletionStage());
    return hearing;
  }

  private void keep(String text) {
    JsonObject message = new JsonObject(text);
    lock.lock();
    try {
      if (received.size() < MOST_KEPT) {
        received.add(message);
        arrived.signalAll();
      }
      texts.addLast(text);
      if (texts.size() > MOST_TEXTS) {
        texts.removeFirst();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends text as it is. */
  public QisClient send(String text) {
    get(socket.writeTextMessage(text).toCompletionStage());
    return this;
  }

  /** Sends a message. */
  public QisClient send(JsonObject message) {
    return send(message.encode());
  }

  /** Registers and waits for the reply. */
  public JsonObject register(@Nullable String agentId, double... fingerprint) {
    JsonObject message = new JsonObject().put("type", "register");
    if (agentId != null) {
      message.put("agent_id", agentId);
    }
    if (fingerprint.length > 0) {
      message.put("fingerprint", array(fingerprint));
    }
    return send(message).next("registered");
  }

  /** Emits an outcome and waits for its ack. */
  public JsonObject emit(String payload, double... fingerprint) {
    JsonObject packet = new JsonObject().put("payload", payload);
    if (fingerprint.length > 0) {
      packet.put("fingerprint", array(fingerprint));
    }
    return send(new JsonObject().put("type", "outcome").put("packet", packet)).next("outcome_ack");
  }

  /** Numbers as a JSON array. */
  public static JsonArray array(double... numbers) {
    JsonArray array = new JsonArray();
    for (double number : numbers) {
      array.add(number);
    }
    return array;
  }

  /** The next message of a type, taken out of what was received. */
  public JsonObject next(String type) {
    return next(message -> type.equals(message.getString("type")), "a message " + type);
  }

  /** The next message that fits, taken out of what was received. */
  public JsonObject next(Predicate<JsonObject> fits, String what) {
    lock.lock();
    try {
      long left = PATIENCE.toNanos();
      while (true) {
        for (int i = 0; i < received.size(); i++) {
          if (fits.test(received.get(i))) {
            return received.remove(i);
          }
        }
        if (left <= 0) {
          throw new AssertionError("no " + what + " came; received were " + received);
        }
        left = arrived.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for " + what, e);
    } finally {
      lock.unlock();
    }
  }

  /** What was received and not taken yet; a copy. */
  public List<JsonObject> pending() {
    lock.lock();
    try {
      return List.copyOf(received);
    } finally {
      lock.unlock();
    }
  }

  /** The last messages as they came, byte for byte, taken or not; a copy. */
  public List<String> lastTexts() {
    lock.lock();
    try {
      return List.copyOf(texts);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends a ping and waits for its pong: what the gateway sent this client before, it has received
   * then.
   */
  public QisClient settle() {
    String mark = "settle-" + System.nanoTime();
    send(new JsonObject().put("type", "ping").put("id", mark));
    next(message -> mark.equals(message.getValue("id")), "pong");
    return this;
  }

  /** The code with which the socket closed. */
  public int closeCode() {
    return get(closed);
  }

  /** The words with which the socket closed; empty for none. */
  public String closeReason() {
    get(closed);
    String reason = socket.closeReason();
    return reason == null ? "" : reason;
  }

  /** Whether the socket has closed. */
  public boolean isClosed() {
    return closed.isDone();
  }

  /** The socket itself, for what this class does not offer. */
  public WebSocket socket() {
    return socket;
  }

  @Override
  public void close() {
    get(socket.close().otherwiseEmpty().toCompletionStage());
    get(client.close().toCompletionStage());
  }

  private static <T> T get(CompletionStage<T> stage) {
    return Patience.result(stage, PATIENCE);
  }
}
