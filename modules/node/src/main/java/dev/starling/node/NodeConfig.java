/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import dev.starling.agents.AgentsConfig;
import dev.starling.agents.swarm.SwarmConfig;
import dev.starling.embedding.EmbedderConfig;
import dev.starling.fabric.ClusterConfig;
import dev.starling.gateway.GatewayConfig;
import dev.starling.physics.PhysicsConfig;
import dev.starling.router.RouterConfig;
import dev.starling.tasks.TasksConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything one node is told at its start, valid as a whole; {@code conf/starling.yaml} holds the
 * defaults.
 *
 * @param name the node's name, for people; never empty
 * @param data the folder for everything kept on disk, absolute; empty where nothing is kept
 * @param roles what this node does; not empty, in the order of {@link Role}
 * @param drainTimeout how long the node may take to stop, 0–9 s
 * @param cluster how it joins the mesh
 * @param router how its router works, where it has that role
 * @param physics how its simulator works, where it has that role
 * @param embedder how its embedder works, where it has that role
 * @param agents how it hosts agents, where it has that role
 * @param swarms the swarms that it may follow, where it has the role that hosts agents
 * @param tasks how it keeps tasks, where it has that role
 * @param gateway where it listens, who may connect and what a session may cost
 * @param log what it writes to standard error
 */
public record NodeConfig(
    String name,
    Optional<Path> data,
    Set<Role> roles,
    Duration drainTimeout,
    ClusterConfig cluster,
    RouterConfig router,
    PhysicsConfig physics,
    EmbedderConfig embedder,
    AgentsConfig agents,
    List<SwarmConfig> swarms,
    TasksConfig tasks,
    GatewayConfig gateway,
    Log log) {

  /**
   * What is logged, and how.
   *
   * @param level the least severe events written
   * @param format the form of a line
   */
  public record Log(Level level, Format format) {
    /** How severe an event is, least first. */
    public enum Level {
      TRACE,
      DEBUG,
      INFO,
      WARN,
      ERROR
    }

    /** The form of a line of the log. */
    public enum Format {
      TEXT,
      JSON
    }
  }

  public NodeConfig {
    swarms = List.copyOf(swarms);
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
  }
}
