/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class McpEventsTest {
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final List<JsonObject> told = new CopyOnWriteArrayList<>();

  @Test
  void whatIsNoMessageIsPassedOverAndTheRestIsRead() throws IOException {
    String stream =
        """
        : alive

        event: message
        data: {"n":1}

        data: {oops

        data: [2]

        data: {"n":
        data: 3}

        data: {"n":4
        """;
    new McpEvents(Duration.ofMinutes(1), log::add)
        .read(new ByteArrayInputStream(stream.getBytes(UTF_8)), told::add);
    assertThat(told).containsExactly(new JsonObject("{\"n\":1}"), new JsonObject("{\"n\":3}"));
    assertThat(log).hasSize(2).allMatch(line -> line.startsWith("passed over an event"));
  }

  @Test
  void aStreamOnWhichNothingComesAnyMoreIsOver() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    HttpServer node =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client = HttpClient.newHttpClient()) {
      node.setExecutor(threads);
      node.createContext(
          "/",
          exchange -> {
            exchange.sendResponseHeaders(200, 0);
            OutputStream body = exchange.getResponseBody();
            body.write("data: {}\n\n".getBytes(UTF_8));
            body.flush();
            hold(over);
            exchange.close();
          });
      node.start();
      URI at = URI.create("http://127.0.0.1:" + node.getAddress().getPort() + "/");
      InputStream stream =
          client.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofInputStream()).body();
      McpEvents events = new McpEvents(Duration.ofMillis(200), log::add);
      Throwable end = catchThrowable(() -> events.read(stream, told::add));
      assertThat(end == null || end instanceof IOException).isTrue();
      assertThat(told).hasSize(1);
      assertThat(log).singleElement().asString().startsWith("nothing came from the node");
      over.countDown();
    } finally {
      node.stop(0);
    }
  }

  private static void hold(CountDownLatch over) {
    try {
      over.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
