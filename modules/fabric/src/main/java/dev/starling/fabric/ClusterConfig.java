/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a node joins the mesh; section {@code cluster} of the configuration.
 *
 * @param port the membership port, 1–65535; empty for a node that stays alone and opens no port
 * @param busPort the event bus's port, 0–65535; 0 takes a free one
 * @param host the address that both ports bind to
 * @param publicHost the name that other nodes reach this one under; empty for {@code host}
 * @param join members to join as {@code host:port}; a node that lists itself may form the mesh
 *     alone
 * @param name the mesh's name: nodes of different names never join
 * @param secret shared by all nodes; what the name on the wire is derived from; empty for none
 * @param heartbeatInterval between two signs of life, 1 s–1 min
 * @param heartbeatTimeout silence after which a member is dropped, above the interval
 * @param mergeDelay between two tries to merge a healed split, 1 s–10 min
 * @param peerQueue bytes that may wait to leave for one other node before more is dropped
 * @param tls the bus's key and trust; empty for plain TCP
 */
public record ClusterConfig(
    Optional<Integer> port,
    int busPort,
    String host,
    Optional<String> publicHost,
    List<String> join,
    String name,
    Optional<String> secret,
    Duration heartbeatInterval,
    Duration heartbeatTimeout,
    Duration mergeDelay,
    int peerQueue,
    Optional<Tls> tls) {

  /**
   * Mutual TLS between event buses, from PEM files.
   *
   * @param key this node's private key
   * @param certificate this node's certificate chain
   * @param authority what the other nodes' certificates must be signed by
   */
  public record Tls(Path key, Path certificate, Path authority) {}

  public ClusterConfig {
    join = List.copyOf(join);
  }
}
