/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.function.Function;

/** Begins a node's {@link Leadership}s. Safe from any thread. */
final class Leaderships {
  /** So long after it was to be dropped, others lead in the place of a member that stood still. */
  private static final Duration TAKE_OVER = Duration.ofSeconds(3);

  private final Vertx vertx;
  private final Roster roster;
  private final Function<String, SharedDocument> documents;
  private final long patienceNanos;

  /**
   * Leaderships of one node.
   *
   * @param documents each role's own
   * @param heartbeatTimeout after which the mesh drops a member that stands still; until then its
   *     documents may not be readable
   */
  Leaderships(
      Vertx vertx,
      Roster roster,
      Function<String, SharedDocument> documents,
      Duration heartbeatTimeout) {
    this.vertx = vertx;
    this.roster = roster;
    this.documents = documents;
    this.patienceNanos = heartbeatTimeout.plus(TAKE_OVER).toNanos();
  }

  Leadership begin(String role, String key, Context context, LeadershipListener listener) {
    Leadership leadership =
        new Leadership(
            vertx,
            roster,
            role,
            key,
            documents.apply(key),
            System::nanoTime,
            patienceNanos,
            context,
            listener);
    leadership.start();
    return leadership;
  }
}
