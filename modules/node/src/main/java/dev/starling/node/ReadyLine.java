/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

import java.util.stream.Collectors;

/** The one line that a node prints to standard output when it is ready. */
final class ReadyLine {
  private ReadyLine() {}

  static String of(NodeConfig config, RunningNode node) {
    String host = reachable(config.gateway().host());
    boolean gateway = config.roles().contains(Role.GATEWAY);
    var line = new StringBuilder("starling ready:");
    String tls = config.gateway().access().tls().isPresent() ? "s" : "";
    line.append(gateway ? " console http" : " http http").append(tls).append("://");
    line.append(host).append(':').append(node.httpPort()).append('/');
    node.agentPort()
        .ifPresent(port -> line.append(" agents ws" + tls + "://" + host + ":" + port + "/"));
    line.append(" node ").append(config.name());
    line.append(" roles ");
    line.append(config.roles().stream().map(Role::word).collect(Collectors.joining(",")));
    node.clusterAddress().ifPresent(address -> line.append(" cluster ").append(address));
    return line.toString();
  }

  /** An address that a client on this machine can use for a server bound to {@code host}. */
  private static String reachable(String host) {
    return switch (host) {
      case "0.0.0.0" -> "127.0.0.1";
      case "::", "[::]" -> "[::1]";
      default -> host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    };
  }
}
