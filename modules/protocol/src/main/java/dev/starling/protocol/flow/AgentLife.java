/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol.flow;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where an agent is in its life. The names are on the bus. */
public enum AgentLife {
  /** It has not begun to hear. */
  STARTING,
  /** It hears, and does nothing. */
  IDLE,
  /** It works on a task, or exchanged an outcome a moment ago. */
  ACTIVE,
  /** It was told to pause: nothing reaches it until it is told to resume. */
  PAUSED,
  /** It failed, and is started again after a while. */
  FAILING,
  /** It is gone, or cannot be reached; whoever cannot come back leaves soon. */
  OFFLINE;

  private static final List<AgentLife> ALL = List.of(values());

  /** The words of all, as errors list them. */
  public static final List<String> KNOWN = Arrays.stream(values()).map(AgentLife::word).toList();

  /** The word in messages. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of a word. */
  public static Optional<AgentLife> of(String word) {
    return ALL.stream().filter(life -> life.word().equals(word)).findFirst();
  }
}
