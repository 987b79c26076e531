/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench.synthesis;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** What the benchmark asks of a running node over HTTP. Thread-safe. */
final class NodeApi implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final URI base;
  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  NodeApi(URI base) {
    this.base = base;
  }

  /** Starts an agent and returns its id. */
  String spawn(String kind) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(base.resolve("/api/agents"))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"kind\":\"" + kind + "\"}"))
            .build();
    return json.readTree(send(request)).path("agentId").asText();
  }

  /** How many agents are reached and have heard nothing yet. */
  int idle() throws IOException {
    return get("/api/agents?status=idle&limit=10000").path("agents").size();
  }

  /** What was routed since then, newest first, with whether there was more. */
  JsonNode outcomes(long sinceMillis) throws IOException {
    return get("/api/outcomes?limit=1000&since=" + sinceMillis);
  }

  /** The sum of all metrics of this beginning. */
  double metric(String start) throws IOException {
    return send(request("/metrics"))
        .lines()
        .filter(line -> line.startsWith(start))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }

  private JsonNode get(String path) throws IOException {
    return json.readTree(send(request(path)));
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).build();
  }

  private String send(HttpRequest request) throws IOException {
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new IOException(request.uri() + ": " + answer.statusCode() + " " + answer.body());
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
