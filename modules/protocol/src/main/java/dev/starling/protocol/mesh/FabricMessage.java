/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.settings.StoredSetting;
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

  /**
   * Tells a node of changes to settings; unanswered, and what is lost is found by comparing.
   *
   * @param lineage of the document that has them
   * @param version of that document; one more than the one before
   * @param origin who asked for them
   */
  record SettingsChanged(String lineage, long version, List<StoredSetting> changes, String origin)
      implements FabricMessage {
    public SettingsChanged {
      changes = List.copyOf(changes);
    }

    @Override
    public int weight() {
      return changes.stream()
          .mapToInt(change -> change.path().length() + change.value().bytes().length + 16)
          .reduce(256, Integer::sum);
    }
  }
}
