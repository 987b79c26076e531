/* SPDX-License-Identifier: Apache-2.0 */
package dev.starling.fabric;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Map;

/** The table of a cluster: a map that Hazelcast keeps on several nodes. */
final class ClusterTable implements SharedTable {
  private final AsyncMap<String, byte[]> map;

  private ClusterTable(AsyncMap<String, byte[]> map) {
    this.map = map;
  }

  /** The table in a map of this name. */
  static Future<SharedTable> open(Vertx vertx, String name) {
    return vertx.sharedData().<String, byte[]>getClusterWideMap(name).map(ClusterTable::new);
  }

  @Override
  public SharedDocument entry(String key) {
    return new ClusterDocument(map, key);
  }

  @Override
  public Future<Map<String, byte[]>> all() {
    return ClusterDocument.asked(map::entries);
  }

  @Override
  public Future<Boolean> remove(String key, byte[] expected) {
    return ClusterDocument.asked(() -> map.removeIfPresent(key, expected));
  }
}
