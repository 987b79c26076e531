/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.swarms;

import io.modelcontextprotocol.spec.McpError;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Why something asked of a swarm's server did not happen. */
public final class SwarmFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** JSON-RPC's code for a method, and these servers' for a tool, that there is not. */
  private static final int MOST_REASON = 300;

  private static final int METHOD_NOT_FOUND = -32_601;

  /** The kinds of failure, by what the caller can do about them. */
  public enum Kind {
    /** The server is not connected, or went while it was asked. */
    AWAY,
    /** As many calls wait as may. */
    BUSY,
    /** No answer in time. */
    LATE,
    /** Whoever asked took it back. */
    WITHDRAWN,
    /** The server said no; the message is its own. */
    REFUSED,
    /** The server knows no such agent, task or swarm. */
    NOT_FOUND,
    /** The server has no tool for it. */
    UNSUPPORTED,
    /**
     * The server said yes and nothing else: it has the tool's name, but not what it should tell.
     */
    NO_DATA,
    /** The server answered something that cannot be read. */
    GARBLED
  }

  private final Kind kind;
  private final boolean isSent;
  private final @Nullable String leftTask;

  SwarmFailure(Kind kind, String message) {
    this(kind, message, null, true, null);
  }

  private SwarmFailure(Kind kind, String message, Throwable cause) {
    this(kind, message, cause, true, null);
  }

  private SwarmFailure(
      Kind kind,
      String message,
      @Nullable Throwable cause,
      boolean isSent,
      @Nullable String leftTask) {
    super(message, cause);
    this.kind = kind;
    this.isSent = isSent;
    this.leftTask = leftTask;
  }

  /** A failure of something that the server was never sent. */
  static SwarmFailure unsent(Kind kind, String message) {
    return new SwarmFailure(kind, message, null, false, null);
  }

  /** This failure, where the server has a task for all that. */
  SwarmFailure leaving(String taskId) {
    return new SwarmFailure(kind, String.valueOf(getMessage()), this, isSent, taskId);
  }

  /** What kind of failure this is. */
  public Kind kind() {
    return kind;
  }

  /** Whether it may have reached the server. */
  public boolean isSent() {
    return isSent;
  }

  /** Whether the server may have done it all the same, or may still be at it. */
  public boolean mayHaveActed() {
    return switch (kind) {
      case AWAY, LATE, WITHDRAWN -> isSent;
      case NO_DATA, GARBLED -> true;
      case BUSY, REFUSED, NOT_FOUND, UNSUPPORTED -> false;
    };
  }

  /**
   * A task that the server made before this happened, and that nobody wants any more; null for
   * none. To be called off once the server can be asked again.
   */
  public @Nullable String leftTask() {
    return leftTask;
  }

  /** The failure that {@code thrown}, by the SDK or below it, amounts to. */
  static SwarmFailure of(Throwable thrown) {
    Throwable cause = thrown;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return switch (cause) {
      case SwarmFailure failure -> failure;
      case McpError error -> refusal(error);
      case TimeoutException late -> new SwarmFailure(Kind.LATE, "no answer in time", late);
      case CancellationException gone -> new SwarmFailure(Kind.AWAY, "the call was given up", gone);
      default ->
          isLate(cause)
              ? new SwarmFailure(Kind.LATE, "no answer in time", cause)
              : new SwarmFailure(Kind.AWAY, reason(cause), cause);
    };
  }

  /** The SDK wraps what its own patience ended. */
  private static boolean isLate(Throwable thrown) {
    Throwable cause = thrown;
    while (cause != null && !(cause instanceof TimeoutException)) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  /** What went wrong in one line, from the innermost cause that says something. */
  static String reason(Throwable thrown) {
    String said = thrown.getClass().getSimpleName();
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      if (message != null && !message.isBlank()) {
        said = message;
      } else if (cause instanceof ConnectException || cause instanceof ClosedChannelException) {
        // The JDK's client has no words for what goes wrong most often.
        said = "no connection is taken there";
      }
    }
    int end = said.indexOf('\n');
    String line = (end < 0 ? said : said.substring(0, end)).strip();
    return line.substring(0, Math.min(line.length(), MOST_REASON));
  }

  private static SwarmFailure refusal(McpError error) {
    var said = error.getJsonRpcError();
    if (said == null) {
      return new SwarmFailure(Kind.REFUSED, reason(error), error);
    }
    Kind kind = said.code() == METHOD_NOT_FOUND ? Kind.UNSUPPORTED : Kind.REFUSED;
    return new SwarmFailure(kind, said.message(), error);
  }
}
