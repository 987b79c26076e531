/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared document that names a role's leader. Safe from any thread; what is not answered within
 * a second, as while a member stands still, fails.
 */
final class LeaderDocument {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderDocument.class);
  private static final long PATIENCE_MILLIS = 1_000;

  private final String role;
  private final SharedDocument shared;

  LeaderDocument(String role, SharedDocument shared) {
    this.role = role;
    this.shared = shared;
  }

  /**
   * What stands there.
   *
   * @param content as it was read, to be replaced
   */
  record Entry(Optional<byte[]> content, Leader leader) {}

  Future<Entry> read() {
    return shared
        .read()
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
        .map(content -> new Entry(content, leader(content)));
  }

  /** Puts {@code next} in the place of {@code entry}; whether that still stood there. */
  Future<Boolean> replace(Entry entry, Leader next) {
    return shared
        .replace(entry.content(), next.toBytes())
        .timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Frees the place, where {@code node} has it. */
  Future<Void> vacate(String node) {
    return read()
        .compose(entry ->
            entry.leader().node().equals(node)
                ? replace(entry, entry.leader().resigned()).mapEmpty()
                : Future.succeededFuture());
  }

  /** Bytes that name nobody stand in nobody's way. */
  private Leader leader(Optional<byte[]> content) {
    if (content.isEmpty()) {
      return Leader.NONE;
    }
    Optional<Leader> leader = Leader.of(content.get());
    if (leader.isEmpty()) {
      LOG.warn("what the mesh shares of who leads {} cannot be read; it is replaced", role);
    }
    return leader.orElse(Leader.NONE);
  }
}
