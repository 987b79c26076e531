/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.task;

import java.util.Locale;

/** Which of the tasks that wait goes first. The names are on the bus. */
public enum TaskPriority {
  LOW,
  NORMAL,
  HIGH,
  CRITICAL;

  /** The word in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
