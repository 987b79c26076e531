/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.bench;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server that somebody else started: its memory and CPU are out of sight. */
final class RunningTarget implements SystemUnderTest {
  private final URI agents;
  private final @Nullable URI http;

  RunningTarget(URI agents, @Nullable URI http) {
    this.agents = agents;
    this.http = http;
  }

  @Override
  public String name() {
    return "target";
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("address", agents.toString());
  }

  @Override
  public Instance start() {
    return new Instance(agents, http, null);
  }
}
