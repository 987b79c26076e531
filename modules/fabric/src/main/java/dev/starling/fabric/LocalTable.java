/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The table of a node that is alone. */
final class LocalTable implements SharedTable {
  private final Map<String, byte[]> entries = new HashMap<>();

  @Override
  public SharedDocument entry(String key) {
    return new Entry(key);
  }

  @Override
  public synchronized Future<Map<String, byte[]>> all() {
    return Future.succeededFuture(Map.copyOf(entries));
  }

  @Override
  public synchronized Future<Boolean> remove(String key, byte[] expected) {
    boolean same = Arrays.equals(entries.get(key), expected);
    if (same) {
      entries.remove(key);
    }
    return Future.succeededFuture(same);
  }

  private synchronized Optional<byte[]> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  private synchronized boolean replace(String key, Optional<byte[]> expected, byte[] now) {
    boolean same = Arrays.equals(entries.get(key), expected.orElse(null));
    if (same) {
      entries.put(key, now);
    }
    return same;
  }

  private final class Entry implements SharedDocument {
    private final String key;

    Entry(String key) {
      this.key = key;
    }

    @Override
    public Future<Optional<byte[]>> read() {
      return Future.succeededFuture(get(key));
    }

    @Override
    public Future<Boolean> replace(Optional<byte[]> expected, byte[] now) {
      return Future.succeededFuture(LocalTable.this.replace(key, expected, now));
    }
  }
}
