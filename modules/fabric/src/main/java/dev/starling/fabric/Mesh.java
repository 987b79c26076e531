/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import dev.starling.protocol.mesh.FabricMessage;
import dev.starling.protocol.mesh.NodeInfo;
import dev.starling.protocol.mesh.NodeInfo.State;
import dev.starling.protocol.mesh.TextSpace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A node's place in the mesh: its bus, who else is there, and what it tells them about itself. Safe
 * from any thread.
 */
public final class Mesh {
  private final String name;
  private final Vertx vertx;
  private final MeshBus bus;
  private final Roster roster;
  private final SharedSettings settings;
  private final Leaderships leaderships;
  private final SharedTable tasks;
  private final boolean aloneAllowed;

  Mesh(
      String name,
      Vertx vertx,
      MeshBus bus,
      Roster roster,
      SharedSettings settings,
      Leaderships leaderships,
      SharedTable tasks,
      boolean aloneAllowed) {
    this.name = name;
    this.vertx = vertx;
    this.bus = bus;
    this.roster = roster;
    this.settings = settings;
    this.leaderships = leaderships;
    this.tasks = tasks;
    this.aloneAllowed = aloneAllowed;
  }

  /** The mesh's name, the same on every node of it. */
  public String name() {
    return name;
  }

  /** The Vert.x that everything of this node runs on. */
  public Vertx vertx() {
    return vertx;
  }

  /** The typed bus. */
  public MeshBus bus() {
    return bus;
  }

  /** The settings that the whole mesh shares. */
  public SharedSettings settings() {
    return settings;
  }

  /** All tasks of the mesh, by their ids, in the bytes in which they are kept. */
  public SharedTable tasks() {
    return tasks;
  }

  /** This node's id. */
  public String nodeId() {
    return roster.view().self();
  }

  /** Who is in the mesh now. */
  public View view() {
    return roster.view();
  }

  /** Calls {@code listener} on every change from now on; see {@link ViewListener}. */
  public void listen(ViewListener listener) {
    roster.listen(listener);
  }

  /** Tells the mesh how a role of this node is. */
  public void roleIs(String role, State state) {
    roster.roleIs(role, state);
  }

  /** Tells the mesh which spaces this node's embedder puts texts into. */
  public void embedsIn(List<TextSpace> spaces) {
    roster.embedsIn(spaces);
  }

  /**
   * Makes this node a candidate for leading a role that it runs; call once for a role, when it is
   * ready to lead. While it is not the leader its role should say {@link State#STANDBY}.
   *
   * @param context where {@code listener} hears
   */
  public Leadership leadership(String role, Context context, LeadershipListener listener) {
    return leaderships.begin(role, role, context, listener);
  }

  /**
   * The same for one of several things that a role leads, each by itself.
   *
   * @param key what it is, beside the role; a figure of the node and what the mesh shares of its
   *     leader are called by it
   */
  public Leadership leadership(
      String role, String key, Context context, LeadershipListener listener) {
    return leaderships.begin(role, key, context, listener);
  }

  /** Tells the mesh where this node's ports are reached. */
  public void reachedAt(String host, int httpPort, int agentPort) {
    roster.reachedAt(host, httpPort, agentPort);
  }

  /** Adds a count to what this node answers when asked how it is; read on the fabric's loop. */
  public void figure(String name, LongSupplier value) {
    roster.figure(name, value);
  }

  /** How this node is. */
  public FabricMessage.NodeStatus status() {
    return roster.status();
  }

  /**
   * Whether this node has met the mesh, so that it may begin to serve: every member, but for those
   * that have not introduced themselves for so long that their bus must be out of reach, which is
   * this node's own fault where nobody at all has; and, for a node that may not form the mesh
   * alone, somebody.
   */
  public boolean isMet() {
    boolean alone = roster.view().nodes().size() == 1;
    return !roster.isMeeting() && (!alone || (aloneAllowed && roster.everyMemberMet()));
  }

  /**
   * Whether a node that serves may let agents register: not while a newcomer may yet introduce
   * itself, which would not know of them; but one whose bus is out of reach keeps nobody waiting.
   */
  public boolean isSettled() {
    return !roster.isMeeting() && (aloneAllowed || roster.view().nodes().size() > 1);
  }

  /** Whether every member of the cluster has been met; cheap, from any thread. */
  public boolean everyMemberMet() {
    return roster.everyMemberMet();
  }

  /** Whether another node is a member of the cluster at this moment. */
  public boolean isMember(NodeInfo node) {
    return roster.isMember(node.id());
  }

  /** Leaves the mesh and stops everything on this node's Vert.x. */
  public Future<Void> leave() {
    return vertx.close();
  }
}
