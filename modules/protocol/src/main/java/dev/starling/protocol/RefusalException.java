/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A refusal that its cause should see: which code, in words, and details by name. Survives a hop on
 * the bus, with its details. Has no stack trace, because it is an answer and not a fault.
 */
public final class RefusalException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String ROLE = "role";
  private static final String FULL = "full";
  private static final String MADE = "made";

  private final ErrorCode code;
  private final transient Map<String, Object> details;

  public RefusalException(ErrorCode code, String message, Map<String, Object> details) {
    super(message, null, false, false);
    this.code = code;
    this.details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  public RefusalException(ErrorCode code, String message) {
    this(code, message, Map.of());
  }

  /** A refusal of one field: its name, what was expected and what came. */
  public static RefusalException ofField(
      ErrorCode code, String field, String expected, String came) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("field", field);
    details.put("expected", expected);
    details.put("came", came);
    return new RefusalException(code, field + ": expected " + expected + ", got " + came, details);
  }

  /** A refusal because a role of the mesh is missing, warming up or full. */
  public static RefusalException unavailable(String role, String why) {
    return new RefusalException(ErrorCode.UNAVAILABLE, role + ": " + why, Map.of(ROLE, role));
  }

  /**
   * A refusal because a role holds as much as it may.
   *
   * @param setting which setting says how much that is
   */
  public static RefusalException full(String role, String setting, String why) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put(ROLE, role);
    details.put(FULL, setting);
    return new RefusalException(ErrorCode.UNAVAILABLE, role + ": " + why, details);
  }

  /**
   * Whether the same question may be answered in a moment: nobody answered, or whoever should is
   * missing or another one now. A role that is full is not so soon another one.
   */
  public boolean isPassing() {
    return switch (code) {
      case TIMEOUT -> true;
      case UNAVAILABLE -> !details.containsKey(FULL);
      default -> false;
    };
  }

  /** The same of something that surely did not happen, so that another may be asked for it. */
  public RefusalException notMade() {
    Map<String, Object> more = new LinkedHashMap<>(details);
    more.put(MADE, false);
    return new RefusalException(code, text(), more);
  }

  /** Whether what was asked for surely did not happen. */
  public boolean isNotMade() {
    return Boolean.FALSE.equals(details.get(MADE));
  }

  /** Which refusal it is. */
  public ErrorCode code() {
    return code;
  }

  /** What else is known, by name and in the order given; values are strings, numbers or flags. */
  public Map<String, Object> details() {
    return details;
  }

  /** The message, never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
