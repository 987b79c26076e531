/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The libraries of the peers on Node, which npm fetches on first use, of pinned versions. */
public final class NodeLibraries {
  private final Places places;

  /** Kept in the checkout's build folder. */
  public NodeLibraries(Places places) {
    this.places = places;
  }

  /** Lets a process of Node find them. */
  public Map<String, String> environment() {
    return Map.of("NODE_PATH", modules().toString());
  }

  private Path modules() {
    return places.peerLibraries().resolve("node_modules");
  }

  /** Of Node itself; throws where it is missing. */
  public String nodeVersion() throws IOException {
    return ServerProcess.run(List.of("node", "--version"), places.root(), Duration.ofSeconds(20))
        .strip();
  }

  /** Of an installed library. */
  public String version(String library) throws IOException {
    Path manifest = modules().resolve(library).resolve("package.json");
    return new ObjectMapper().readTree(manifest.toFile()).path("version").asText();
  }

  /** Installs the pinned versions once, and again when a pin changes. */
  public void install() throws IOException {
    Path cache = places.peerLibraries();
    Path wanted = places.peers().resolve("package.json");
    Path had = cache.resolve("package.json");
    boolean same =
        Files.exists(had)
            && Files.exists(cache.resolve("installed"))
            && Files.mismatch(wanted, had) < 0;
    try {
      nodeVersion();
      if (!same) {
        install(cache, wanted, had);
      }
    } catch (IOException e) {
      throw new IOException("needs Node and npm: " + e.getMessage(), e);
    }
  }

  private static void install(Path cache, Path wanted, Path had) throws IOException {
    Files.createDirectories(cache);
    Files.deleteIfExists(cache.resolve("installed"));
    Files.copy(wanted, had, StandardCopyOption.REPLACE_EXISTING);
    ServerProcess.run(
        List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock"),
        cache,
        Duration.ofMinutes(3));
    Files.createFile(cache.resolve("installed"));
  }
}
