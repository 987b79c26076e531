/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.tasks;

/** Those agents that may have the tasks that wait together. */
sealed interface Lane {
  /** One agent. */
  record OfAgent(String agentId) implements Lane {}

  /**
   * Agents of a kind and with a capability.
   *
   * @param kind empty for any
   * @param capability empty for any
   */
  record OfSkill(String kind, String capability) implements Lane {}
}
