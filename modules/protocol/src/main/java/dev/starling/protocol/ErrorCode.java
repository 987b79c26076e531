/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import java.util.HashMap;
import java.util.Map;

/**
 * Every refusal a client or a bus caller may see. The name goes to clients, the number over the
 * bus; neither is ever reused or renumbered.
 */
public enum ErrorCode {
  /** The frame was not one JSON object. */
  INVALID_JSON(1000),
  /** The {@code type} is none that the mesh knows. */
  UNKNOWN_TYPE(1001),
  /** A field is missing, of the wrong type or out of range. */
  INVALID_MESSAGE(1002),
  /** An outcome came from a session that holds no registration. */
  NOT_REGISTERED(1003),
  /** A fingerprint is empty, too long, not numeric, not finite or of another space's dimension. */
  INVALID_FINGERPRINT(1004),
  /** A confidence lies outside [0, 1]. */
  INVALID_CONFIDENCE(1005),
  /** The agent id is held by another subject. */
  AGENT_ID_TAKEN(1006),
  /** Another session took this session's agent id over. */
  AGENT_MOVED(1007),
  /** No such agent. */
  AGENT_NOT_FOUND(1008),
  /** An agent failed. */
  AGENT_FAILURE(1009),
  /** No such node in the graph. */
  NODE_NOT_FOUND(1010),
  /** No such task. */
  TASK_NOT_FOUND(1011),
  /** No such event to subscribe to. */
  UNKNOWN_EVENT(1012),
  /** A setting is unknown, of the wrong type or out of range. */
  INVALID_SETTING(1013),
  /** The caller lacks the permission. */
  FORBIDDEN(1014),
  /** Too many messages. */
  RATE_LIMITED(1015),
  /** A role did not answer in time. */
  TIMEOUT(1016),
  /** A role is missing from the mesh, warming up or full. */
  UNAVAILABLE(1017),
  /** Nodes beyond the ids of position protocol 1 were left out. */
  V1_ID_RANGE(1018),
  /** Every shortest-path source is taken. */
  SSSP_SOURCES_BUSY(1019),
  /** Outcomes were lost because the session read too slowly. */
  OUTCOMES_LOST(1020),
  /** A fault of the mesh itself. */
  INTERNAL(1021);

  private static final Map<Integer, ErrorCode> BY_NUMBER = new HashMap<>();

  static {
    for (ErrorCode code : values()) {
      BY_NUMBER.put(code.number, code);
    }
  }

  private final int number;

  ErrorCode(int number) {
    this.number = number;
  }

  /** The code's number on the bus. */
  public int number() {
    return number;
  }

  /** The code of a number; {@link #INTERNAL} for one that this build does not know. */
  public static ErrorCode of(int number) {
    return BY_NUMBER.getOrDefault(number, INTERNAL);
  }
}
