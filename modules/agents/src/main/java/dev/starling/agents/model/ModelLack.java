/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.model;

import java.util.Locale;

/** Why there is no answer of a model. */
public enum ModelLack {
  /** As many calls as may be were under way, and too many waited or this one for too long. */
  BUSY,
  /** It failed a moment ago and is left alone for a while. */
  RESTING,
  /** The service answered with another status than 200. */
  REFUSED,
  /** No answer came in time. */
  LATE,
  /** There was no connection, or it broke. */
  UNREACHABLE,
  /** What came was no answer of a chat, or was too large. */
  UNUSABLE;

  /** As metrics and payloads call it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
