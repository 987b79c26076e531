/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.agents.PlayedNode;
import dev.starling.fabric.Addresses;
import dev.starling.swarms.SwarmEndpoint;
import dev.starling.swarms.SwarmOptions;
import dev.starling.swarms.SwarmOptions.Bounds;
import dev.starling.swarms.SwarmOptions.Cadence;
import dev.starling.swarms.SwarmOptions.Patience;
import dev.starling.swarms.SwarmOptions.Retry;
import dev.starling.testkit.RecordedServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A swarm {@code flow} whose agents take two tasks, followed by a node that the test plays. */
final class FollowedSwarm {
  private static final Duration OFTEN = Duration.ofMillis(50);
  private static final Duration LONG = Duration.ofSeconds(20);

  private FollowedSwarm() {}

  static SwarmEndpoint at(RecordedServer server) {
    return new SwarmEndpoint.Tcp("127.0.0.1", server.port());
  }

  static PlayedNode follow(SwarmEndpoint endpoint) {
    return follow(endpoint, played -> {});
  }

  /** Does something with the node before. */
  static PlayedNode follow(SwarmEndpoint endpoint, Consumer<PlayedNode> before) {
    return follow(endpoint, 2, LONG, before);
  }

  /**
   * The same.
   *
   * @param tasks how many its agents take
   * @param call how long it waits for what a tool answers
   */
  static PlayedNode follow(
      SwarmEndpoint endpoint, int tasks, Duration call, Consumer<PlayedNode> before) {
    SwarmOptions options =
        new SwarmOptions(
            new Cadence(OFTEN, OFTEN, OFTEN, OFTEN, OFTEN, OFTEN),
            new Patience(LONG, call, LONG, OFTEN),
            new Retry(OFTEN, Duration.ofMillis(200), Duration.ofSeconds(1), OFTEN, 3),
            Bounds.defaults());
    SwarmConfig config = new SwarmConfig("flow", endpoint, List.of(), Optional.of(tasks));
    return new PlayedNode(
        played -> {
          before.accept(played);
          return new SwarmVerticle(played.mesh, config, played.metrics, options);
        },
        node -> Addresses.swarm(node, "flow"));
  }
}
