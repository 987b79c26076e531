/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A router on Node and the {@code ws} library, which npm fetches on first use. */
final class NodePeer implements SystemUnderTest {
  private final Places places;

  NodePeer(Places places) {
    this.places = places;
  }

  @Override
  public String name() {
    return "node";
  }

  @Override
  public Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    try {
      versions.put("node", nodeVersion());
      Path manifest = places.peerLibraries().resolve("node_modules/ws/package.json");
      versions.put("ws", new ObjectMapper().readTree(manifest.toFile()).path("version").asText());
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
    try {
      nodeVersion();
      install();
    } catch (IOException e) {
      throw new IOException("needs Node and npm: " + e.getMessage(), e);
    }
    int port = ServerProcess.freePort();
    String script = places.peers().resolve("qis_router.js").toString();
    Path modules = places.peerLibraries().resolve("node_modules");
    ServerProcess process =
        ServerProcess.start(
            "node",
            List.of("node", "--expose-gc", script, Integer.toString(port), compression),
            Map.of("NODE_PATH", modules.toString()),
            places.work());
    process.awaitPort(port);
    return new Instance(URI.create("ws://127.0.0.1:" + port + "/"), null, process);
  }

  private String nodeVersion() throws IOException {
    return ServerProcess.run(List.of("node", "--version"), places.root(), Duration.ofSeconds(20))
        .strip();
  }

  /** Installs the pinned version once, and again when the pin changes. */
  private void install() throws IOException {
    Path cache = places.peerLibraries();
    Path wanted = places.peers().resolve("package.json");
    Path had = cache.resolve("package.json");
    boolean same =
        Files.exists(had)
            && Files.exists(cache.resolve("node_modules/ws/package.json"))
            && Files.mismatch(wanted, had) < 0;
    if (same) {
      return;
    }
    Files.createDirectories(cache);
    Files.copy(wanted, had, StandardCopyOption.REPLACE_EXISTING);
    ServerProcess.run(
        List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock"),
        cache,
        Duration.ofMinutes(3));
  }
}
