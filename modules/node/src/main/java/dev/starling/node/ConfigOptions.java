/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options that change the configuration, in groups as the help shows them. */
final class ConfigOptions {
  /** The keys that have an option of their own. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "node.roles", "--roles",
          "agents.dir", "--agents-dir",
          "http.host", "--host",
          "http.port", "--http-port",
          "http.agent-port", "--agent-port",
          "cluster.port", "--cluster-port",
          "cluster.bus-port", "--bus-port",
          "cluster.host", "--cluster-host",
          "cluster.public-host", "--cluster-public-host",
          "cluster.join", "--join");

  @ArgGroup(validate = false, heading = "%nThis node:%n")
  private final Node node = new Node();

  @ArgGroup(validate = false, heading = "%nThe mesh (without these the node stays alone):%n")
  private final Mesh mesh = new Mesh();

  @ArgGroup(validate = false, heading = "%nEverything else:%n")
  private final Rest rest = new Rest();

  /** The option that sets {@code key}, which has one. */
  static String of(String key) {
    return Objects.requireNonNull(OPTIONS.get(key), key);
  }

  /** The files that were named. */
  List<Path> files() {
    return rest.files;
  }

  /** What these options and {@code environment} say. */
  ConfigSources sources(Map<String, String> environment) {
    return new ConfigSources(rest.files, environment, rest.sets, options());
  }

  private List<ConfigSources.Option> options() {
    List<ConfigSources.Option> options = new ArrayList<>();
    add(options, "node.roles", node.roles);
    add(options, "agents.dir", node.agentsDir);
    add(options, "http.host", node.host);
    add(options, "http.port", node.httpPort);
    add(options, "http.agent-port", node.agentPort);
    add(options, "cluster.port", mesh.clusterPort);
    add(options, "cluster.bus-port", mesh.busPort);
    add(options, "cluster.host", mesh.clusterHost);
    add(options, "cluster.public-host", mesh.clusterPublicHost);
    if (!mesh.join.isEmpty()) {
      add(options, "cluster.join", String.join(",", mesh.join));
    }
    return options;
  }

  private static void add(List<ConfigSources.Option> options, String key, @Nullable String value) {
    if (value != null) {
      options.add(new ConfigSources.Option(of(key), key, value));
    }
  }

  private static final class Node {
    @Option(
        names = "--roles",
        paramLabel = "ROLE,...",
        description =
            "What this node does: gateway, router, physics, settings, embedder, agents, tasks. Default: all of them.")
    private @Nullable String roles;

    @Option(
        names = "--agents-dir",
        paramLabel = "DIR",
        description = "A folder of jars with agents that this node can start.")
    private @Nullable String agentsDir;

    @Option(
        names = "--host",
        paramLabel = "ADDR",
        description = "The address that both ports bind to. Default: 127.0.0.1.")
    private @Nullable String host;

    @Option(
        names = "--http-port",
        paramLabel = "PORT",
        description = "Console, sockets, REST. Default: 3030; 0 takes a free one.")
    private @Nullable String httpPort;

    @Option(
        names = "--agent-port",
        paramLabel = "PORT",
        description = "Sockets of agents only. Default: 8765; 0 takes a free one.")
    private @Nullable String agentPort;
  }

  private static final class Mesh {
    @Option(
        names = "--cluster-port",
        paramLabel = "PORT",
        description = "Where other nodes find this one. Default with --join: 5801.")
    private @Nullable String clusterPort;

    @Option(
        names = "--join",
        paramLabel = "HOST:PORT,...",
        description = "Members to join. A node that lists itself may form the mesh alone.")
    private List<String> join = new ArrayList<>();

    @Option(
        names = "--bus-port",
        paramLabel = "PORT",
        description = "The event bus's port. Default: a free one.")
    private @Nullable String busPort;

    @Option(
        names = "--cluster-host",
        paramLabel = "ADDR",
        description = "The address that the two ports bind to. Default: 127.0.0.1.")
    private @Nullable String clusterHost;

    @Option(
        names = "--cluster-public-host",
        paramLabel = "NAME",
        description = "What other nodes call this one. Default: --cluster-host.")
    private @Nullable String clusterPublicHost;
  }

  private static final class Rest {
    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "A YAML file with settings; may be repeated, later ones win.")
    private List<Path> files = new ArrayList<>();

    @Option(
        names = "--set",
        paramLabel = "KEY=VALUE",
        description = "One setting; may be repeated. conf/starling.yaml lists them all.")
    private List<String> sets = new ArrayList<>();
  }
}
