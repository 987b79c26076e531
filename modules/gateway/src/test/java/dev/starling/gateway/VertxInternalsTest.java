/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.deflate.Compression;
import dev.starling.gateway.socket.Socket;
import dev.starling.testkit.LocalMesh;
import dev.starling.testkit.RawWebSocket;
import io.netty.channel.ChannelFuture;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an upgrade of Vert.x may break, on a real server. */
class VertxInternalsTest {
  private static final int SMALL_BUFFER = 4 * 1024;
  private static final int FILLER = 1 << 20;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Socket> sockets = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> ended = new LinkedBlockingQueue<>();

  @SuppressWarnings("NullAway.Init")
  private HttpServer server;

  @BeforeEach
  void startServer() {
    HttpServerOptions options = new HttpServerOptions().setIdleTimeout(3_600);
    server =
        LocalMesh.await(
            vertx
                .createHttpServer(options)
                .connectionHandler(FlushGathering::install)
                .requestHandler(
                    TestSockets.opening(
                        vertx,
                        Compression.NONE,
                        socket -> {
                          socket.listen(TestSockets.onEnd(() -> ended.add(true)));
                          sockets.add(socket);
                        }))
                .listen(0, "127.0.0.1"));
  }

  @AfterEach
  void stopServer() {
    LocalMesh.await(vertx.close());
  }

  private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
    T one = queue.poll(10, TimeUnit.SECONDS);
    assertThat(one).isNotNull();
    return one;
  }

  private RawWebSocket connect(int buffer) {
    return RawWebSocket.connect(server.actualPort(), "/", buffer);
  }

  private static void onLoop(Socket socket, Runnable work) {
    socket.channel().eventLoop().execute(work);
  }

  @Test
  void ofTheHandlersOfHttpNoneStays() throws Exception {
    try (RawWebSocket client = connect(0)) {
      Socket socket = next(sockets);
      // The pong proves that the upgrade is over.
      client.send(RawWebSocket.frame(RawWebSocket.PING, true, new byte[] {1}));
      assertThat(client.read().type()).isEqualTo(RawWebSocket.PONG);
      assertThat(socket.channel().pipeline().toMap()).containsOnlyKeys("socket");
    }
  }

  @Test
  void aServerThatIsClosedSaysGoodbyeToItsSockets() throws Exception {
    try (RawWebSocket client = connect(0)) {
      next(sockets);
      LocalMesh.await(server.close());
      assertThat(client.closeCode()).isEqualTo(1001);
      assertThat(client.answerClose().isEnded()).isTrue();
      assertThat(next(ended)).isTrue();
    }
  }

  @Test
  void aSocketIsCutAlthoughThePeerDoesNotRead() throws Exception {
    try (RawWebSocket _ = connect(SMALL_BUFFER)) {
      Socket socket = next(sockets);
      onLoop(socket, () -> fill(socket));
      assertThat(next(ended)).isTrue();
    }
  }

  /** A turn for each message, so that what can leave does. */
  private static void fill(Socket socket) {
    if (socket.isFull()) {
      socket.cut();
    } else {
      ChannelFuture _ = socket.text(new byte[FILLER]);
      onLoop(socket, () -> fill(socket));
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
