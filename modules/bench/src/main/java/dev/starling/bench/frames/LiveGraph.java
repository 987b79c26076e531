/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.frames;

import dev.starling.bench.Waiting;
import dev.starling.bench.graphs.EdgeList;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The graph of a running node, over HTTP. One thread. */
final class LiveGraph implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration REST = Duration.ofSeconds(90);

  /** Without cooling and with some heat every node moves at every tick. */
  private static final String RESTLESS = settings("\"value\":0", "\"value\":60", "\"value\":false");

  private static final String USUAL =
      settings("\"value\":null", "\"value\":null", "\"value\":null");

  private final URI base;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  LiveGraph(URI base) {
    this.base = base;
  }

  private static String settings(String cooling, String temperature, String pause) {
    return ("{\"updates\":[{\"path\":\"visualisation.physics.coolingRate\",%s},"
            + "{\"path\":\"visualisation.physics.temperature\",%s},"
            + "{\"path\":\"visualisation.physics.autoPause.enabled\",%s}]}")
        .formatted(cooling, temperature, pause);
  }

  /** Lays out a graph that never comes to rest. */
  void moveForEver(EdgeList graph) throws IOException {
    put("/api/settings/batch", RESTLESS);
    put("/api/graph/data", document(graph));
  }

  /** Lets the layout come to rest. */
  void rest() throws IOException {
    put("/api/settings/batch", USUAL);
    boolean[] rests = {false};
    IOException[] fault = {null};
    boolean _ =
        Waiting.until(
            () -> {
              try {
                rests[0] = metric("starling_physics_tick_rate ") == 0;
              } catch (IOException e) {
                fault[0] = e;
              }
              return rests[0] || fault[0] != null;
            },
            REST);
    if (!rests[0]) {
      throw new IOException("the layout did not come to rest", fault[0]);
    }
  }

  private double metric(String start) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/metrics")).timeout(PATIENCE).build();
    return send(request)
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private void put(String path, String json) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .PUT(BodyPublishers.ofString(json))
            .build();
    String _ = send(request);
  }

  private String send(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String document(EdgeList graph) {
    StringBuilder json = new StringBuilder("{\"nodes\":[");
    for (int node = 0; node < graph.nodes(); node++) {
      json.append(node == 0 ? "" : ",").append("{\"key\":\"").append(node).append("\"}");
    }
    json.append("],\"edges\":[");
    int[] ends = graph.ends();
    for (int edge = 0; edge < graph.edges(); edge++) {
      json.append(edge == 0 ? "" : ",")
          .append("{\"source\":\"")
          .append(ends[2 * edge])
          .append("\",\"target\":\"")
          .append(ends[2 * edge + 1])
          .append("\"}");
    }
    return json.append("]}").toString();
  }

  @Override
  public void close() {
    http.close();
  }
}
