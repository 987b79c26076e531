/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** POST an outcome, GET outcomes until it is there: what an agent without a socket does. */
final class RestProbe {
  private static final int TOO_MANY = 429;
  private static final long MARGIN_MS = 2;
  private static final Duration BACK_OFF = Duration.ofSeconds(2);
  private static final Duration VISIBLE_LIMIT = Duration.ofSeconds(10);

  private final URI base;
  private final int samples;
  private final int warmUp;
  private final ObjectMapper json = new ObjectMapper();

  /** {@code base}: the server's address; {@code warmUp} samples come first and are not counted. */
  RestProbe(URI base, int samples, int warmUp) {
    this.base = base;
    this.samples = samples;
    this.warmUp = warmUp;
  }

  /** Measures, over one kept connection. */
  Latencies measure() throws IOException {
    Latencies latencies = new Latencies();
    String fingerprint = Topics.of(1, 1, 128, 3).json(0, Workload.Digits.JS);
    try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      for (int sample = -warmUp; sample < samples; ) {
        long nanos = once(client, fingerprint);
        if (nanos < 0) {
          Waiting.pass(BACK_OFF);
        } else if (sample++ >= 0) {
          latencies.record(nanos);
        }
      }
    }
    return latencies;
  }

  /** One round, ns, or -1 where the server asked us to slow down. */
  private long once(HttpClient client, String fingerprint) throws IOException {
    String packet =
        "{\"packet\":{\"fingerprint\":%s,\"payload\":\"pattern cluster 7 shows convergence\",\"confidence\":0.85,\"timestamp\":%s}}"
            .formatted(fingerprint, System.currentTimeMillis() / 1000.0);
    HttpRequest post =
        HttpRequest.newBuilder(base.resolve("/api/outcomes"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(packet))
            .build();
    long posted = System.currentTimeMillis();
    long start = System.nanoTime();
    HttpResponse<String> ack = send(client, post);
    if (ack.statusCode() == TOO_MANY) {
      return -1;
    }
    String id = json.readTree(checked(ack)).path("outcome_id").asText();
    while (System.nanoTime() - start < VISIBLE_LIMIT.toNanos()) {
      Listing listing = outcomes(client, posted);
      if (listing.limited) {
        return -1;
      }
      if (listing.text.contains(id)) {
        return System.nanoTime() - start;
      }
    }
    throw new IOException("outcome " + id + " never became visible");
  }

  /** What a GET gave, or that it was refused for now. */
  private record Listing(String text, boolean limited) {}

  /** What was routed from shortly before {@code postedMillis} on. */
  private Listing outcomes(HttpClient client, long postedMillis) throws IOException {
    URI since = base.resolve("/api/outcomes?since=" + (postedMillis - MARGIN_MS));
    HttpResponse<String> got = send(client, HttpRequest.newBuilder(since).build());
    return got.statusCode() == TOO_MANY ? new Listing("", true) : new Listing(checked(got), false);
  }

  private static String checked(HttpResponse<String> response) throws IOException {
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          response.request().method() + " gave " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  private static HttpResponse<String> send(HttpClient client, HttpRequest request)
      throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
