/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents.swarm;

import dev.starling.swarms.SwarmFailure;
import dev.starling.swarms.SwarmFollower;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tasks of a server that nobody wants any more: called off until the server has heard of it, since
 * some keep a task for ever that is not. The swarm's event loop only.
 */
final class Unwanted {
  private static final Logger LOG = LoggerFactory.getLogger(Unwanted.class);

  /** So many may wait for a server that is away. */
  private static final int MOST = 100;

  private final SwarmFollower follower;
  private final Map<String, String> waiting = new LinkedHashMap<>();

  Unwanted(SwarmFollower follower) {
    this.follower = follower;
  }

  /** Calls a task off, now or once the server can be asked; complete once it was asked. */
  Future<?> callOff(String taskId, String why) {
    return follower
        .cancel(taskId, why)
        .onFailure(failure -> {
          if (isUnheard(failure)) {
            later(taskId, why);
          }
        });
  }

  /** The same once the server, which cannot be asked now, can be asked again. */
  void later(String taskId, String why) {
    if (waiting.size() < MOST) {
      waiting.put(taskId, why);
    } else {
      LOG.warn("task {} of a server stays there, though nobody wants it: {}", taskId, why);
    }
  }

  private static boolean isUnheard(Throwable failure) {
    return failure instanceof SwarmFailure known
        && switch (known.kind()) {
          case AWAY, LATE, BUSY -> true;
          case WITHDRAWN, REFUSED, NOT_FOUND, UNSUPPORTED, NO_DATA, GARBLED -> false;
        };
  }

  /** Calls off what waits. */
  void again() {
    Map<String, String> due = new LinkedHashMap<>(waiting);
    waiting.clear();
    due.forEach((taskId, why) -> {
      Future<?> _ = callOff(taskId, why);
    });
  }
}
