/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.protocol.ErrorCode;
import dev.starling.protocol.RefusalException;
import dev.starling.swarms.SwarmFailure;
import java.util.Map;

/** Why a swarm did not do what a client wanted, in the words of the mesh. Stateless. */
final class SwarmRefusals {
  private SwarmRefusals() {}

  static RefusalException of(String swarm, Throwable failure) {
    if (failure instanceof RefusalException refusal) {
      return refusal;
    }
    String reason = reason(failure);
    String text = "swarm " + swarm + ": " + reason;
    Map<String, Object> details = Map.of("swarm", swarm, "reason", reason);
    if (!(failure instanceof SwarmFailure known)) {
      return new RefusalException(ErrorCode.INTERNAL, text, details);
    }
    return new RefusalException(code(known.kind()), text, details);
  }

  private static ErrorCode code(SwarmFailure.Kind kind) {
    return switch (kind) {
      case AWAY, BUSY, NO_DATA, GARBLED -> ErrorCode.UNAVAILABLE;
      case LATE -> ErrorCode.TIMEOUT;
      case REFUSED, UNSUPPORTED -> ErrorCode.INVALID_MESSAGE;
      case NOT_FOUND -> ErrorCode.AGENT_NOT_FOUND;
    };
  }

  /** What went wrong, in a line. */
  static String reason(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
  }
}
