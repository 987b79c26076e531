/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.RawWebSocket;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an upgrade of Vert.x may break, on a real server. */
class VertxInternalsTest {
  private static final BlockingQueue<HttpConnection> CONNECTIONS = new LinkedBlockingQueue<>();
  private static final BlockingQueue<ServerWebSocket> SOCKETS = new LinkedBlockingQueue<>();

  private static final int SMALL_BUFFER = 4 * 1024;

  @SuppressWarnings("NullAway.Init")
  private static Vertx vertx;

  private static int port;

  @BeforeAll
  static void startServer() throws Exception {
    vertx = Vertx.vertx();
    port =
        vertx
            .createHttpServer()
            .connectionHandler(CONNECTIONS::add)
            .webSocketHandler(SOCKETS::add)
            .listen(0, "127.0.0.1")
            .map(HttpServer::actualPort)
            .toCompletionStage()
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void forgetConnections() {
    CONNECTIONS.clear();
  }

  @AfterAll
  static void stopServer() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T one = queue.poll(10, TimeUnit.SECONDS);
    assertThat(one).isNotNull();
    return one;
  }

  @Test
  void bytesLeaveAsText() throws Exception {
    byte[] text = "{\"é\":\"😀\"}".getBytes(StandardCharsets.UTF_8);
    try (RawWebSocket client = RawWebSocket.connect(port, "/")) {
      next(SOCKETS).writeFrame(VertxInternals.textFrame(text, true));
      assertThat(client.readText()).isEqualTo("{\"é\":\"😀\"}");
    }
  }

  @Test
  void aConnectionShowsItsHandlers() throws Exception {
    try (RawWebSocket _ = RawWebSocket.connect(port, "/")) {
      assertThat(VertxInternals.pipeline(next(CONNECTIONS)).names()).isNotEmpty();
      assertThat(next(SOCKETS)).isNotNull();
    }
  }

  @Test
  void aSocketIsCutAlthoughThePeerDoesNotRead() throws Exception {
    try (RawWebSocket _ = RawWebSocket.connect(port, "/", SMALL_BUFFER)) {
      ServerWebSocket socket = next(SOCKETS);
      BlockingQueue<Boolean> ended = new LinkedBlockingQueue<>();
      socket.closeHandler(ignored -> ended.add(true));
      while (!socket.writeQueueFull()) {
        socket.writeFrame(VertxInternals.textFrame(new byte[1 << 20], true));
      }
      VertxInternals.cut(socket);
      assertThat(next(ended)).isTrue();
    }
  }

  @Test
  void aContextKnowsItsOwnThread() throws Exception {
    Context context = vertx.getOrCreateContext();
    assertThat(VertxInternals.isOn(context)).isFalse();
    BlockingQueue<Boolean> onLoop = new LinkedBlockingQueue<>();
    context.runOnContext(ignored -> onLoop.add(VertxInternals.isOn(context)));
    assertThat(next(onLoop)).isTrue();
  }
}
