/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.starling.testkit.NodeProcess;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A graph of many parts, read more slowly than the node could tell it. */
class SlowDownloadTest {
  private static final int NODES = 100_000;
  private static final int[] STEPS = {1, 7, 31}; // who is tied to whom, three edges a node
  private static final double BYTES_PER_NANO = 0.03;
  private static final int LEAST_BYTES = 15_000_000;

  @Test
  void aReaderThatIsSlowerThanTheNodeGetsTheWholeGraphOnce() throws Exception {
    try (NodeProcess node = NodeProcess.start().awaitReady();
        HttpClient client = HttpClient.newHttpClient()) {
      upload(client, node);
      byte[] document = download(client, node);
      JsonObject graph = new JsonObject(new String(document, StandardCharsets.UTF_8));

      assertThat(document).hasSizeGreaterThan(LEAST_BYTES);
      assertThat(graph.getJsonArray("edges")).hasSize(NODES * STEPS.length);
      assertThat(
              ThreeNodes.objects(graph.getJsonArray("nodes")).stream()
                  .map(one -> one.getString("key")))
          .hasSize(NODES)
          .doesNotHaveDuplicates();
    }
  }

  private static URI address(NodeProcess node, String path) {
    return URI.create("http://127.0.0.1:" + node.httpPort() + path);
  }

  private static void upload(HttpClient client, NodeProcess node) throws Exception {
    String edges =
        IntStream.range(0, NODES)
            .boxed()
            .flatMap(i ->
                IntStream.of(STEPS).mapToObj(step -> "n" + i + ",n" + (i + step) % NODES + ",1"))
            .collect(Collectors.joining("\n", "source,target,weight\n", "\n"));
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(address(node, "/api/graph/import?format=csv"))
                .POST(BodyPublishers.ofString(edges))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /** Takes 30 MB a second, so that the connection fills and drains within each part. */
  private static byte[] download(HttpClient client, NodeProcess node) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(address(node, "/api/graph/export")).build();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try (InputStream body = client.send(request, BodyHandlers.ofInputStream()).body()) {
      byte[] some = new byte[1 << 14];
      long start = System.nanoTime();
      for (int count = body.read(some); count >= 0; count = body.read(some)) {
        all.write(some, 0, count);
        LockSupport.parkNanos((long) (all.size() / BYTES_PER_NANO) - (System.nanoTime() - start));
      }
    }
    return all.toByteArray();
  }
}
