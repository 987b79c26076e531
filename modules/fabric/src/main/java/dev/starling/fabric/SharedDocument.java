/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import java.util.Optional;

/**
 * A few bytes that the whole mesh shares: they outlive the loss of any two nodes, and are replaced
 * only by somebody who knows what was there. Safe from any thread; blocks none.
 */
public interface SharedDocument {

  /** What is there now; empty where nothing was ever put, or every node that had it is gone. */
  Future<Optional<byte[]>> read();

  /**
   * Puts {@code now} in the place of what was there, if that is still {@code expected}.
   *
   * @param expected as it was read; empty where nothing was there
   * @param now not to be changed afterwards
   * @return whether it was, and {@code now} is there
   */
  Future<Boolean> replace(Optional<byte[]> expected, byte[] now);
}
