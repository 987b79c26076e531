/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import java.util.Locale;

/** What an agent may be told to do. The names are on the bus. */
public enum ControlAction {
  PAUSE,
  RESUME,
  STOP,
  RESTART;

  /** The action's name in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
