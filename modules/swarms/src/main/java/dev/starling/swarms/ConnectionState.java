/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

/** Where a connection to a server stands. */
public enum ConnectionState {
  /** Not wanted, not begun, or given up because its program ends at once, again and again. */
  DOWN,
  /** The program is started, or the server is dialled, and introduces itself. */
  CONNECTING,
  /** It has introduced itself; its tools are read. */
  INITIALISED,
  /** It answers. */
  LIVE,
  /** It did not answer one or two pings, and may be gone. */
  DEGRADED,
  /** It is gone. */
  LOST,
  /** It is gone, and is tried again in a moment. */
  BACK_OFF,
  /** It is being ended. */
  STOPPING,
  /** It has been ended, for good. */
  CLOSED;

  /** Whether tools can be called. */
  public boolean isUsable() {
    return this == LIVE || this == DEGRADED;
  }
}
