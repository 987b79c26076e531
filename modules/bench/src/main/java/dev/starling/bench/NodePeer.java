/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A router on Node and the {@code ws} library, which npm fetches on first use. */
final class NodePeer implements SystemUnderTest {
  private final Places places;
  private final NodeLibraries libraries;

  NodePeer(Places places) {
    this.places = places;
    this.libraries = new NodeLibraries(places);
  }

  @Override
  public String name() {
    return "node";
  }

  @Override
  public Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    try {
      versions.put("node", libraries.nodeVersion());
      versions.put("ws", libraries.version("ws"));
    } catch (IOException e) {
      versions.putIfAbsent("node", "missing");
    }
    return versions;
  }

  @Override
  public Instance start() throws IOException {
    return start("plain");
  }

  @Override
  public Instance startDeflating() throws IOException {
    return start("deflate");
  }

  private Instance start(String compression) throws IOException {
    libraries.install();
    int port = ServerProcess.freePort();
    String script = places.peers().resolve("qis_router.js").toString();
    ServerProcess process =
        ServerProcess.start(
            "node",
            List.of("node", "--expose-gc", script, Integer.toString(port), compression),
            libraries.environment(),
            places.work());
    process.awaitPort(port);
    return new Instance(URI.create("ws://127.0.0.1:" + port + "/"), null, process);
  }
}
