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

  /**
   * The same of an agent that was to be spawned, which may have been for all that, or surely not.
   */
  static RefusalException ofSpawn(String swarm, Throwable failure) {
    RefusalException refusal = of(swarm, failure);
    if (failure instanceof SwarmFailure known && !known.mayHaveActed()) {
      return refusal.notMade();
    }
    return new RefusalException(
        refusal.code(),
        refusal.text() + "; the agent may have been spawned all the same",
        refusal.details());
  }

  /** Of a swarm that spawns no kind at all now. */
  static RefusalException spawnsNothing(String swarm, boolean isConnected) {
    String reason =
        isConnected ? "its server spawns no agents" : "its server is not connected; try again";
    return new RefusalException(
        isConnected ? ErrorCode.INVALID_MESSAGE : ErrorCode.UNAVAILABLE,
        "swarm " + swarm + ": " + reason,
        Map.of("swarm", swarm, "reason", reason));
  }

  private static ErrorCode code(SwarmFailure.Kind kind) {
    return switch (kind) {
      case AWAY, BUSY, NO_DATA, GARBLED, WITHDRAWN -> ErrorCode.UNAVAILABLE;
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
