/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reference's own router on websockets and numpy. */
final class PythonPeer implements SystemUnderTest {
  private static final String VERSIONS =
      "import sys, websockets, numpy; "
          + "print(sys.executable, sys.version.split()[0], websockets.__version__, numpy.__version__)";

  private final Places places;
  private final List<String> candidates;

  /**
   * {@code python}: the interpreter, or null for the first that can import websockets and numpy.
   */
  PythonPeer(Places places, @Nullable String python) {
    this.places = places;
    this.candidates =
        python == null ? List.of("python3", "/usr/bin/python3", "python") : List.of(python);
  }

  @Override
  public String name() {
    return "python";
  }

  @Override
  public Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    try {
      String[] found = find().split(" ", -1);
      versions.put("python", found[1]);
      versions.put("websockets", found[2]);
      versions.put("numpy", found[3]);
    } catch (IOException e) {
      versions.put("python", "missing");
    }
    return versions;
  }

  /** The published router knows no settings. */
  @Override
  public boolean tellsSettings() {
    return false;
  }

  @Override
  public Instance start() throws IOException {
    String python = find().split(" ", -1)[0];
    int port = ServerProcess.freePort();
    String script = places.peers().resolve("qis_router.py").toString();
    ServerProcess process =
        ServerProcess.start(
            "python", List.of(python, script, Integer.toString(port)), Map.of(), places.work());
    process.awaitPort(port);
    return new Instance(URI.create("ws://127.0.0.1:" + port + "/"), null, process);
  }

  /** Path and versions of the first interpreter that has what the router needs. */
  private String find() throws IOException {
    for (String candidate : candidates) {
      try {
        return ServerProcess.run(
                List.of(candidate, "-c", VERSIONS), places.root(), Duration.ofSeconds(30))
            .strip();
      } catch (IOException e) {
        // The next one may have it.
      }
    }
    throw new IOException(
        "needs a Python with websockets and numpy: pip install websockets numpy, then --python <path>;"
            + " tried "
            + String.join(", ", candidates));
  }
}
