/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.settings;

import dev.starling.fabric.Addresses;
import dev.starling.fabric.MeshBus;
import dev.starling.protocol.mesh.GatewayMessage.WriteCheck;
import dev.starling.protocol.mesh.SettingsMessage.Write;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Asks a gateway whether it still waits for a change, after the document was read that the change
 * is to follow. A change that lay in a stopped process, or on a broken connection, is so never made
 * after its gateway gave it up: either the gateway says so, or somebody changed the document since
 * it said the contrary, which makes the compare-and-set fail. Verticle's event loop only.
 */
final class AskerCheck {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MOST_SILENT = 1_000;

  private final MeshBus bus;

  /** Which of all arrivals was the latest when a gateway did not answer, by the gateway. */
  private final Map<String, Long> silent = new LinkedHashMap<>();

  private long arrivals;

  AskerCheck(MeshBus bus) {
    this.bus = bus;
  }

  /** The place of a change that has just come among all that came. */
  long arrived() {
    return ++arrivals;
  }

  /**
   * Succeeds where the gateway still waits, and fails with a {@link LateException} where it does
   * not, or does not say. One that is silent is asked once for all that it had asked for.
   */
  Future<Void> requireAwaited(Write write, long arrival) {
    if (silent.getOrDefault(write.gateway(), 0L) >= arrival) {
      return Future.failedFuture(new LateException());
    }
    return bus.request(
            Addresses.gateway(write.gateway()), new WriteCheck(write.attempt()), PATIENCE)
        .transform(state -> {
          if (state.failed()) {
            fellSilent(write.gateway());
          }
          return state.succeeded() && state.result().isAwaited()
              ? Future.succeededFuture()
              : Future.failedFuture(new LateException());
        });
  }

  private void fellSilent(String gateway) {
    silent.remove(gateway);
    silent.put(gateway, arrivals);
    if (silent.size() > MOST_SILENT) {
      silent.remove(silent.keySet().iterator().next());
    }
  }

  /** That nobody waits for a change any more, so that it was not made. */
  static final class LateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private LateException() {
      super("the change came too late and was not made", null, false, false);
    }
  }
}
