/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server that routes outcomes. */
public interface SystemUnderTest {
  /** One word: the table's column. */
  String name();

  /** Versions of what it is made of, by name. */
  Map<String, String> versions();

  /** Starts a fresh server; throws, saying what is missing, where it cannot. */
  Instance start() throws IOException;

  /** Starts a fresh server that accepts permessage-deflate where it can. */
  default Instance startDeflating() throws IOException {
    return start();
  }

  /** Whether a setting that one client changes is told to all others that subscribe to it. */
  default boolean tellsSettings() {
    return true;
  }

  /**
   * A running server.
   *
   * @param agents where agents connect
   * @param http where REST is served, null where there is none
   * @param process null where somebody else started it
   */
  record Instance(URI agents, @Nullable URI http, @Nullable ServerProcess process)
      implements AutoCloseable, LoadGenerator.CpuClock {

    /** Where consoles connect: to a path of its own where the server has HTTP too. */
    public URI consoles() {
      return http == null
          ? agents
          : URI.create("ws://" + http.getHost() + ":" + http.getPort() + "/ws");
    }

    /** Where REST is served; there must be. */
    public URI web() {
      return Objects.requireNonNull(http, "no HTTP here");
    }

    @Override
    public long nanos() {
      return process == null ? -1 : ProcFs.cpuNanos(process.tree());
    }

    @Override
    public void close() {
      if (process != null) {
        process.close();
      }
    }
  }
}
