/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import java.util.Locale;

/** What a person did to a node of the graph. The names are on the bus. */
public enum NodeAction {
  NODE_SELECTED,
  NODE_DESELECTED,
  NODE_DRAG_START,
  NODE_DRAG,
  NODE_DRAG_END,
  NODE_PIN,
  NODE_UNPIN;

  /** The action's name in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it says nothing without a place. */
  public boolean needsPosition() {
    return this == NODE_DRAG;
  }
}
