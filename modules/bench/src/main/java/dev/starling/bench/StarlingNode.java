/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One Starling node with every role, started as a user starts it. */
public final class StarlingNode implements SystemUnderTest {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);

  private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);

  private final Places places;
  private final List<String> extra;

  /** {@code extra}: further arguments of {@code starling up}. */
  public StarlingNode(Places places, List<String> extra) {
    this.places = places;
    this.extra = List.copyOf(extra);
  }

  @Override
  public String name() {
    return "starling";
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("java", Runtime.version().toString());
  }

  /** Agents are compressed for only where they ask. */
  @Override
  public Instance startDeflating() throws IOException {
    Instance plain = start();
    return new Instance(
        plain.agents().resolve("/?compression=deflate"), plain.http(), plain.process());
  }

  @Override
  public Instance start() throws IOException {
    if (!Files.isExecutable(places.starling())) {
      throw new IOException("scripts/starling is missing: build Starling first");
    }
    build();
    int http = ServerProcess.freePort();
    int agents = ServerProcess.freePort();
    int cluster = ServerProcess.freePort();
    List<String> command = new ArrayList<>(List.of(places.starling().toString(), "up"));
    command.addAll(List.of("--http-port", Integer.toString(http)));
    command.addAll(List.of("--agent-port", Integer.toString(agents)));
    // A mesh of its own, whatever else runs on this machine.
    command.addAll(List.of("--cluster-port", Integer.toString(cluster)));
    command.addAll(List.of("--join", "127.0.0.1:" + cluster));
    // Every agent and request of a benchmark comes from one address.
    command.addAll(List.of("--set", "limits.agent.connections-per-address=100000"));
    command.addAll(List.of("--set", "limits.web.connections-per-address=100000"));
    command.addAll(List.of("--set", "limits.web.requests-per-minute=1000000"));
    command.addAll(extra);
    ServerProcess process =
        ServerProcess.start(
            "starling",
            command,
            Map.of("STARLING_JAVA_HOME", System.getProperty("java.home")),
            places.work());
    process.awaitPort(agents);
    process.awaitPort(http);
    URI base = URI.create("http://127.0.0.1:" + http);
    if (!Waiting.until(() -> ready(base), READY_LIMIT)) {
      String said = process.tail();
      process.close();
      throw new IOException("starling did not become ready; it said:\n" + said);
    }
    return new Instance(URI.create("ws://127.0.0.1:" + agents + "/"), base, process);
  }

  /** Builds what is stale, which may take longer than a start. */
  private void build() throws IOException {
    try {
      String _ =
          ServerProcess.run(
              List.of(places.starling().toString(), "--version"), places.root(), BUILD_LIMIT);
    } catch (IOException e) {
      throw new IOException("scripts/starling does not build or run:\n" + e.getMessage(), e);
    }
  }

  private static boolean ready(URI base) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) base.resolve("/health/ready").toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(1000);
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }
}
