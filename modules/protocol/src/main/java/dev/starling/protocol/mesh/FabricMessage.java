/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.NodeInfo.RoleState;
import java.util.List;
import java.util.Map;

/** What every node says and answers, whatever its roles. */
public sealed interface FabricMessage extends MeshMessage {

  /** Introduces the sender, or tells that something about it changed; answered in kind. */
  record Hello(NodeInfo info) implements FabricMessage, Asks<Hello> {
    @Override
    public Class<Hello> answer() {
      return Hello.class;
    }
  }

  /** Asks how a node is. */
  record StatusQuery() implements FabricMessage, Asks<NodeStatus> {
    @Override
    public Class<NodeStatus> answer() {
      return NodeStatus.class;
    }
  }

  /**
   * How a node is.
   *
   * @param figures counts by name, such as {@code agents} and {@code sessions}
   */
  record NodeStatus(List<RoleState> roles, Map<String, Long> figures) implements FabricMessage {
    public NodeStatus {
      roles = List.copyOf(roles);
      figures = Map.copyOf(figures);
    }
  }
}
