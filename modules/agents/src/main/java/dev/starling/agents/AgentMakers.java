/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.agents;

import dev.starling.agents.AgentKind.Made;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes agents, each on a thread of its own: their authors' constructors may block or compute
 * without end, and one that does is not to keep others waiting. The host's event loop only.
 */
final class AgentMakers {
  /** Of one kind at a time; where so many hang, one more would too. */
  static final int MOST_OF_ONE_KIND = 16;

  private final Context context;
  private final Duration patience;
  private final Map<String, Integer> underWay = new HashMap<>();

  /**
   * Nothing is being made.
   *
   * @param context the host's
   * @param patience after which the thread of a constructor is interrupted
   */
  AgentMakers(Context context, Duration patience) {
    this.context = context;
    this.patience = patience;
  }

  /** Makes one; fails as its constructor does, or where too many of the kind do not end. */
  Future<Made> make(AgentKind kind) {
    String name = kind.kind();
    if (underWay.getOrDefault(name, 0) >= MOST_OF_ONE_KIND) {
      return Future.failedFuture(
          new IllegalStateException(
              MOST_OF_ONE_KIND + " agents of kind " + name + " are being made and do not end"));
    }
    underWay.merge(name, 1, Integer::sum);
    Promise<Made> made = Promise.promise();
    Thread thread =
        Thread.ofPlatform()
            .daemon()
            .name("starling-make-" + name)
            .start(() -> {
              try {
                Made agent = kind.make();
                context.runOnContext(turn -> made.complete(agent));
              } catch (Exception | Error e) {
                context.runOnContext(turn -> made.fail(e));
              }
            });
    long timer = context.owner().setTimer(patience.toMillis(), late -> thread.interrupt());
    return made.future()
        .onComplete(done -> {
          context.owner().cancelTimer(timer);
          underWay.computeIfPresent(name, (same, count) -> count == 1 ? null : count - 1);
        });
  }

  /** How many agents of a kind are being made. */
  int underWay(String kind) {
    return underWay.getOrDefault(kind, 0);
  }
}
