/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

/** What a connection tells, on its context. */
interface ConnectionListener {
  /**
   * The connection is in another state.
   *
   * @param reason why, in words for a person
   */
  void became(ConnectionState state, String reason);

  /** The server has introduced itself, and its tools are known; also when its tools changed. */
  void understood(ServerFacts facts, Dialect dialect);
}
