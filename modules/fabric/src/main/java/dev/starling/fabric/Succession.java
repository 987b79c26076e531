/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.RoleState;
import dev.starling.protocol.mesh.NodeInfo.State;
import java.util.List;
import java.util.OptionalInt;

/** When a leader's place is free, and who of a role's nodes tries first. Any thread. */
final class Succession {
  private final Roster roster;
  private final String role;
  private final String key;

  /**
   * Of what one node leads.
   *
   * @param role whose nodes may lead
   * @param key what is led, by which nodes stand in line: the role itself, or one thing of several
   */
  Succession(Roster roster, String role, String key) {
    this.roster = roster;
    this.role = role;
    this.key = key;
  }

  /**
   * Whether this node may take a leader's place, if it does not lead itself: a member that has not
   * introduced itself yet may well be the leader still.
   */
  boolean isFree(Leader leader) {
    View view = roster.view();
    if (leader.isVacant() || leader.node().equals(view.self()) || !roster.isMember(leader.node())) {
      return true;
    }
    return view.node(leader.node())
        .filter(node -> node.incarnation() > leader.incarnation() || !mayLead(node))
        .isPresent();
  }

  /**
   * How many try before this node, in rendezvous order and but for the leader that is gone; 0 where
   * that was this node itself, and empty where it may not lead.
   */
  OptionalInt place(Leader gone) {
    View view = roster.view();
    if (!mayLead(view.me())) {
      return OptionalInt.empty();
    }
    if (gone.node().equals(view.self())) {
      return OptionalInt.of(0);
    }
    List<String> line =
        view.runningInLine(role, key).stream()
            .filter(this::mayLead)
            .map(NodeInfo::id)
            .filter(id -> !id.equals(gone.node()))
            .toList();
    return OptionalInt.of(line.indexOf(view.self()));
  }

  private boolean mayLead(NodeInfo node) {
    return node.runs(role) && !node.roles().contains(new RoleState(role, State.DRAINING));
  }
}
