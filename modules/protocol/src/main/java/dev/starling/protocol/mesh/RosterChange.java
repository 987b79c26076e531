/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.mesh;

/** How it stands with one agent of the mesh; no message by itself. */
public sealed interface RosterChange {

  /** Which agent it is. */
  String agentId();

  /**
   * It is registered, be it new or changed.
   *
   * @param gateway the node that holds its session
   */
  record Present(String agentId, AgentLabel label, String gateway) implements RosterChange {}

  /** It is not registered any more. */
  record Absent(String agentId) implements RosterChange {}
}
