/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.gateway;

import static dev.starling.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.gateway.auth.AuthConfig;
import dev.starling.gateway.auth.Authenticator;
import dev.starling.gateway.mcp.EventStream;
import dev.starling.testkit.LocalMesh;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Streams of events on real connections, whose other end reads or does not. */
class McpStreamTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Vertx VERTX = Vertx.vertx();
  private static final JsonObject LARGE = new JsonObject().put("text", "x".repeat(100_000));

  /** What the system's own socket buffers take at most, with room to spare. */
  private static final int SYSTEM_BUFFERS = 16 << 20;

  private static final SimpleMeterRegistry REGISTRY = new SimpleMeterRegistry();
  private static final GatewayMetrics METRICS = new GatewayMetrics(REGISTRY);
  private static final Access ACCESS =
      new Access(Authenticator.create(VERTX, AuthConfig.OPEN, REGISTRY), METRICS);

  private final AtomicInteger over = new AtomicInteger();
  private final double slowBefore = slow();

  @AfterAll
  static void close() {
    VERTX.close().toCompletionStage().toCompletableFuture().join();
  }

  private static double slow() {
    return REGISTRY.find("starling.gateway.drops").tags("cause", "slow-stream").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }

  /** A connection with as little room as the system allows, and the stream that came of it. */
  private record Opened(Socket socket, EventStream stream, Context loop) implements AutoCloseable {
    /** Waits until what was sent is with the connection. */
    void settle() {
      CompletableFuture<Void> settled = new CompletableFuture<>();
      loop.runOnContext(settled::complete);
      settled.join();
    }

    String readAll() throws IOException {
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Opened open() throws IOException {
    CompletableFuture<EventStream> stream = new CompletableFuture<>();
    CompletableFuture<Context> loop = new CompletableFuture<>();
    Router routes = Router.router(VERTX);
    routes
        .get("/")
        .handler(ACCESS::identify)
        .handler(call -> {
          loop.complete(VERTX.getOrCreateContext());
          McpExchange exchange = new McpExchange(call, METRICS, new ClientKey(false, 1));
          exchange.whenOver(over::incrementAndGet);
          exchange.listen(stream::complete);
        });
    HttpServer server =
        LocalMesh.await(VERTX.createHttpServer().requestHandler(routes).listen(0, "127.0.0.1"));
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.actualPort()));
    socket
        .getOutputStream()
        .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
    return new Opened(socket, stream.join(), loop.join());
  }

  @Test
  void messagesComeInOrderAndTheEndBehindThem() throws Exception {
    try (Opened opened = open()) {
      opened.stream().send(new JsonObject().put("n", 1));
      opened.stream().ping();
      opened.stream().send(new JsonObject().put("n", 2));
      opened.stream().end();
      opened.stream().send(new JsonObject().put("n", 3));
      assertThat(opened.readAll())
          .contains("200 OK", "content-type: text/event-stream", "cache-control: no-store")
          .containsSubsequence("data: {\"n\":1}\n\n", ": \n\n", "data: {\"n\":2}\n\n")
          .doesNotContain("{\"n\":3}");
    }
    assertThat(slow()).isEqualTo(slowBefore);
  }

  @Test
  void aClientThatDoesNotReadIsCutOffOnceAndCounted() throws Exception {
    try (Opened opened = open()) {
      int sent = 0;
      while (slow() == slowBefore) {
        opened.stream().send(LARGE);
        opened.settle();
        sent += 100_000;
        assertThat(sent).isLessThan(SYSTEM_BUFFERS);
      }
      eventually("its connection is closed", PATIENCE, () -> over.get() == 1);
      opened.stream().send(LARGE);
      opened.stream().end();
    }
    assertThat(slow()).isEqualTo(slowBefore + 1);
    assertThat(over).hasValue(1);
  }

  @Test
  void aMessageThatIsLargerThanAllThatMayWaitStillComesAlone() throws Exception {
    JsonObject huge = new JsonObject().put("text", "x".repeat(3 << 20));
    try (Opened opened = open()) {
      opened.stream().send(huge);
      opened.stream().end();
      assertThat(opened.readAll()).hasSizeGreaterThan(3 << 20);
    }
    assertThat(slow()).isEqualTo(slowBefore);
  }
}
