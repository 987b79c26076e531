/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.NodeInfo;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who is in the mesh, as one node sees it. Immutable.
 *
 * @param self the node's id
 * @param nodes by id, the node itself among them
 */
public record View(String self, SortedMap<String, NodeInfo> nodes) {

  public View {
    nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
  }

  /** This node. */
  public NodeInfo me() {
    return node(self).orElseThrow();
  }

  /** A node by its id. */
  public Optional<NodeInfo> node(String id) {
    return Optional.ofNullable(nodes.get(id));
  }

  /** The nodes that run {@code role}, serving or not, by id. */
  public List<NodeInfo> running(String role) {
    return nodes.values().stream().filter(node -> node.runs(role)).toList();
  }

  /** The nodes whose gateways may hold agents, serving or not, by id. */
  public List<NodeInfo> holders() {
    return nodes.values().stream().filter(NodeInfo::holdsAgents).toList();
  }

  /**
   * The nodes that serve {@code role}, or, while none does, those that run it: the owner of {@code
   * key} first and then its understudies. Of a role that one node leads, only that one serves.
   * Rendezvous hashing (D. Thaler, C. Ravishankar, 1998), so that a node that leaves hands each of
   * its keys to that key's next in line and no other key moves.
   */
  public List<NodeInfo> inLine(String role, String key) {
    List<NodeInfo> running = runningInLine(role, key);
    List<NodeInfo> serving = running.stream().filter(node -> node.serves(role)).toList();
    return serving.isEmpty() ? running : serving;
  }

  /** The nodes that run {@code role}, serving or not, in the same order. */
  List<NodeInfo> runningInLine(String role, String key) {
    return running(role).stream()
        .sorted(
            Comparator.comparingLong((NodeInfo node) -> weight(node.id(), key))
                .reversed()
                .thenComparing(NodeInfo::id))
        .toList();
  }

  private static long weight(String node, String key) {
    long hash = mix(node.hashCode() * 0x9E3779B97F4A7C15L);
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001B3L;
    }
    return mix(hash);
  }

  private static long mix(long hash) {
    long mixed = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
