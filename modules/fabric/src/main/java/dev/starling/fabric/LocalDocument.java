/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The document of a node that is alone. */
final class LocalDocument implements SharedDocument {
  private byte @Nullable [] content;

  @Override
  public synchronized Future<Optional<byte[]>> read() {
    return Future.succeededFuture(Optional.ofNullable(content));
  }

  @Override
  public synchronized Future<Boolean> replace(Optional<byte[]> expected, byte[] now) {
    boolean same = Arrays.equals(content, expected.orElse(null));
    if (same) {
      content = now;
    }
    return Future.succeededFuture(same);
  }
}
