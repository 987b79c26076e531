/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.node;

/** Starts the roles of a node in this process. */
@FunctionalInterface
public interface NodeLauncher {
  /**
   * Starts a node and returns when every role of it serves. Called once, on the main thread, which
   * may block and is interrupted when the process is told to end meanwhile.
   *
   * @throws StartException when it cannot start; everything it had opened is closed again
   */
  RunningNode start(NodeConfig config) throws StartException;
}
